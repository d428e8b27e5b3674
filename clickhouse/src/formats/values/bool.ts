import { lexeme } from '../lexeme.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { NullMap } from './null-map.ts';

const spellings: Readonly<Record<string, number>> = { true: 1, True: 1, TRUE: 1, false: 0, False: 0, FALSE: 0 };
const lowerCase: Readonly<Record<string, number>> = { true: 1, false: 0 };

/** JSON `true` and `false`; in field text also `True`, `TRUE` and the same for false. 1, 0, yes and no are misfits. */
export function boolColumn(spelling: 'any_case' | 'lower_case'): ColumnEncoder {
  return new Bools(spelling === 'any_case' ? spellings : lowerCase);
}

class Bools implements ColumnEncoder {
  #values = new Uint8Array(1024);
  readonly #map = new NullMap();
  readonly #spellings: Readonly<Record<string, number>>;

  constructor(accepted: Readonly<Record<string, number>>) {
    this.#spellings = accepted;
  }

  get nulls(): number {
    return this.#map.nulls;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.#map.rows;
    const nulls = this.#map.extend(rows);
    if (first + rows > this.#values.length) {
      const grown = new Uint8Array(Math.max(first + rows, this.#values.length * 2));
      grown.set(this.#values.subarray(0, first));
      this.#values = grown;
    }
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      let value: number | undefined;
      if (kind === lexeme.true) value = 1;
      else if (kind === lexeme.false) value = 0;
      else if (kind === lexeme.text) value = this.#read(bytes, starts[from + row] ?? 0, ends[from + row] ?? 0);
      if (value === undefined) {
        if (kind !== lexeme.absent && kind !== lexeme.null) misfits.add(row);
        nulls[first + row] = 1;
        this.#map.nulls++;
      }
      this.#values[first + row] = value ?? 0;
    }
  }

  byteLength(): number {
    return this.#map.rows * 2;
  }

  copyTo(out: Uint8Array, at: number): number {
    const behind = this.#map.copyTo(out, at);
    out.set(this.#values.subarray(0, this.#map.rows), behind);
    return behind + this.#map.rows;
  }

  clear(): void {
    this.#map.clear();
  }

  #read(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (end - start > 5) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    return Object.hasOwn(this.#spellings, text) ? this.#spellings[text] : undefined;
  }
}
