import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { NullMap } from './null-map.ts';

/** Arrays of numbers as the engine stores them. */
export type Numbers =
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** Values that JavaScript numbers hold exactly, as the engine stores them. */
export abstract class NumberColumn<Values extends Numbers> implements ColumnEncoder {
  protected values: Values;
  protected readonly map = new NullMap();
  readonly #create: (length: number) => Values;

  constructor(create: (length: number) => Values) {
    this.#create = create;
    this.values = create(1024);
  }

  get nulls(): number {
    return this.map.nulls;
  }

  abstract encode(lexemes: Lexemes, from: number, rows: number, misfits: MisfitRows): void;

  /** Makes room for `rows` more values and returns the number of the first. */
  protected extend(rows: number): number {
    const first = this.map.rows;
    this.map.extend(rows);
    if (first + rows > this.values.length) {
      const grown = this.#create(Math.max(first + rows, this.values.length * 2));
      grown.set(this.values.subarray(0, first));
      this.values = grown;
    }
    return first;
  }

  byteLength(): number {
    return this.map.rows * (1 + this.values.BYTES_PER_ELEMENT);
  }

  copyTo(out: Uint8Array, at: number): number {
    const behind = this.map.copyTo(out, at);
    const bytes = new Uint8Array(this.values.buffer, 0, this.map.rows * this.values.BYTES_PER_ELEMENT);
    out.set(bytes, behind);
    return behind + bytes.length;
  }

  clear(): void {
    this.map.clear();
  }
}
