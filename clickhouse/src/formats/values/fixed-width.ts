import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { NullMap } from './null-map.ts';

/** Values of `words_per_value` 32-bit words each, lowest word first, as the engine stores numbers of 32 bits and more. */
export abstract class WordColumn implements ColumnEncoder {
  protected words = new Int32Array(1024);
  protected readonly map = new NullMap();
  protected readonly wordsPerValue: number;

  constructor(wordsPerValue: number) {
    this.wordsPerValue = wordsPerValue;
  }

  get nulls(): number {
    return this.map.nulls;
  }

  abstract encode(lexemes: Lexemes, from: number, rows: number, misfits: MisfitRows): void;

  /** Makes room for `rows` more values, all zero, and returns the number of the first. */
  protected extend(rows: number): number {
    const first = this.map.rows;
    const needed = (first + rows) * this.wordsPerValue;
    if (needed > this.words.length) {
      const grown = new Int32Array(Math.max(needed, this.words.length * 2));
      grown.set(this.words.subarray(0, first * this.wordsPerValue));
      this.words = grown;
    }
    this.words.fill(0, first * this.wordsPerValue, needed);
    this.map.extend(rows);
    return first;
  }

  byteLength(): number {
    return this.map.rows * (1 + 4 * this.wordsPerValue);
  }

  copyTo(out: Uint8Array, at: number): number {
    const behind = this.map.copyTo(out, at);
    const bytes = new Uint8Array(this.words.buffer, 0, this.map.rows * 4 * this.wordsPerValue);
    out.set(bytes, behind);
    return behind + bytes.length;
  }

  clear(): void {
    this.map.clear();
  }
}
