import { lexeme } from '../lexeme.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { NullMap } from './null-map.ts';

interface Spelling {
  readonly letters: Uint8Array;
  readonly value: 0 | 1;
}

const spelling = (text: string, value: 0 | 1): Spelling => ({ letters: Buffer.from(text), value });
const lowerCase = [spelling('true', 1), spelling('false', 0)];
const anyCase = [...lowerCase, spelling('True', 1), spelling('False', 0), spelling('TRUE', 1), spelling('FALSE', 0)];

/** JSON `true` and `false`; in field text also `True`, `TRUE` and the same for false. 1, 0, yes and no are misfits. */
export function boolColumn(accepts: 'any_case' | 'lower_case'): ColumnEncoder {
  return new Bools(accepts === 'any_case' ? anyCase : lowerCase);
}

class Bools implements ColumnEncoder {
  #values = new Uint8Array(1024);
  readonly #map = new NullMap();
  readonly #spellings: readonly Spelling[];

  constructor(spellings: readonly Spelling[]) {
    this.#spellings = spellings;
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

  #read(bytes: Uint8Array, start: number, end: number): 0 | 1 | undefined {
    for (const { letters, value } of this.#spellings) {
      if (letters.length !== end - start) continue;
      let same = 0;
      while (same < letters.length && letters[same] === bytes[start + same]) same++;
      if (same === letters.length) return value;
    }
    return undefined;
  }
}
