import type { RowSink } from './define.ts';
import { lexeme, type LexemeKind } from './lexeme.ts';
import type { Lexemes } from './values/encoder.ts';

/** The values of one column, one per row that has it. */
export interface CollectedFields {
  readonly rows: number;
  readonly lexemes: Lexemes;
}

/** Takes the first column of rows and leaves everything else, rejects included. */
export class FieldCollector implements RowSink {
  readonly full = false;
  readonly #bytes: Uint8Array;
  readonly #kinds: LexemeKind[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Fields of rows that are complete. */
  #kept = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  fields(): CollectedFields {
    const rows = this.#kept;
    return {
      rows,
      lexemes: {
        bytes: this.#bytes,
        kinds: Uint8Array.from(this.#kinds.slice(0, rows)),
        starts: Int32Array.from(this.#starts.slice(0, rows)),
        ends: Int32Array.from(this.#ends.slice(0, rows)),
      },
    };
  }

  /** A value that is a row of its own. */
  text(start: number, end: number): void {
    this.value(0, lexeme.text, start, end);
    this.endRow();
  }

  value(_column: number, kind: LexemeKind, start: number, end: number): boolean {
    if (this.#kinds.length > this.#kept) return false;
    this.#kinds.push(kind);
    this.#starts.push(start);
    this.#ends.push(end);
    return true;
  }

  extra(): boolean {
    return true;
  }

  extraName(): number {
    return 0;
  }

  extraField(): void {}

  endRow(): void {
    this.#kept = this.#kinds.length;
  }

  reject(): void {
    this.#kinds.length = this.#starts.length = this.#ends.length = this.#kept;
  }
}
