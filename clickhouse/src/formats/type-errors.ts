import type { Lexemes } from './values/encoder.ts';
import { lexeme } from './lexeme.ts';
import { GrowableBytes } from './values/growable-bytes.ts';
import { undoubleQuotes } from './values/json-string.ts';
import { doubled } from './doubled.ts';

/** The misfits of rows: entries of a `Map(String, String)` from column to the raw text of the value. */
export class TypeErrors {
  readonly keys = new GrowableBytes(1024);
  readonly values = new GrowableBytes(1024);
  entries = 0;
  /** Entries at the end of each row of the current batch. */
  readonly entriesAtRow: Int32Array;

  /** The name of each column as an entry's key, in one place: copied so often, it is not encoded again. */
  readonly #names = new GrowableBytes();
  readonly #nameStarts: readonly number[];
  readonly #scratch = new GrowableBytes();
  #rows = new Int32Array(1024);
  #columns = new Int32Array(1024);
  #sorted = new Int32Array(1024);
  #count = 0;

  constructor(keyOfColumn: readonly string[], batchRows_max: number) {
    this.#nameStarts = [...keyOfColumn, ''].map((key) => {
      const start = this.#names.length;
      this.#names.range(Buffer.from(key), 0, Buffer.byteLength(key));
      return start;
    });
    this.entriesAtRow = new Int32Array(batchRows_max);
  }

  /** Notes that the value of `column` in batch row `row` does not fit. */
  add(row: number, column: number): void {
    if (this.#count === this.#rows.length) {
      this.#rows = doubled(this.#rows);
      this.#columns = doubled(this.#columns);
      this.#sorted = doubled(this.#sorted);
    }
    this.#rows[this.#count] = row;
    this.#columns[this.#count++] = column;
  }

  /** Writes the entries of a batch of `rows` rows, row by row; columns of a row in the plan's order. */
  endBatch(rows: number, lexemes: Lexemes, stride: number): void {
    const ends = this.entriesAtRow;
    if (this.#count === 0) {
      ends.fill(this.entries, 0, rows);
      return;
    }
    const source = new DataView(lexemes.bytes.buffer, lexemes.bytes.byteOffset, lexemes.bytes.byteLength);
    const names = new DataView(this.#names.bytes.buffer);
    ends.fill(0, 0, rows);
    for (let index = 0; index < this.#count; index++) {
      const row = this.#rows[index] ?? 0;
      ends[row] = (ends[row] ?? 0) + 1;
    }
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const count = ends[row] ?? 0;
      ends[row] = sum;
      sum += count;
    }
    for (let index = 0; index < this.#count; index++) {
      const row = this.#rows[index] ?? 0;
      const place = ends[row] ?? 0;
      this.#sorted[place] = index;
      ends[row] = place + 1;
    }
    for (let place = 0; place < this.#count; place++) {
      const index = this.#sorted[place] ?? 0;
      const column = this.#columns[index] ?? 0;
      this.keys.stringIn(names, this.#nameStarts[column] ?? 0, this.#nameStarts[column + 1] ?? 0);
      this.#writeRaw(lexemes, source, column * stride + (this.#rows[index] ?? 0));
    }
    for (let row = 0; row < rows; row++) ends[row] = (ends[row] ?? 0) + this.entries;
    this.entries += this.#count;
    this.#count = 0;
  }

  clear(): void {
    this.keys.clear();
    this.values.clear();
    this.entries = 0;
  }

  #writeRaw({ bytes, kinds, starts, ends }: Lexemes, source: DataView, slot: number): void {
    const kind = kinds[slot];
    const start = starts[slot] ?? 0;
    const end = ends[slot] ?? 0;
    if (kind === lexeme.quotedText) {
      undoubleQuotes(bytes, start, end, this.#scratch);
      this.values.string(this.#scratch.bytes, 0, this.#scratch.length);
      this.#scratch.clear();
    } else {
      const quotes = kind === lexeme.string || kind === lexeme.escapedString ? 1 : 0;
      this.values.stringIn(source, start - quotes, end + quotes);
    }
  }
}
