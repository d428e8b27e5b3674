/** The lexemes of a batch of rows, column after column; row `r` of a column is at `from + r`. */
export interface Lexemes {
  bytes: Uint8Array;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Row numbers of a batch whose value does not fit its column's type. */
export class MisfitRows {
  readonly rows: Int32Array;
  count = 0;

  constructor(rows_max: number) {
    this.rows = new Int32Array(rows_max);
  }

  add(row: number): void {
    this.rows[this.count++] = row;
  }
}

/**
 * Turns the lexemes of one column into the values of a `Nullable` column of a Native block. A value that does not fit its type to the
 * letter becomes NULL and is reported; nothing is rounded, trimmed or clamped.
 */
export interface ColumnEncoder {
  /** NULLs written since `clear`, misfits included. */
  readonly nulls: number;
  /** Encodes `rows` values from slot `from` on. */
  encode(lexemes: Lexemes, from: number, rows: number, misfits: MisfitRows): void;
  /** Size of what `copyTo` writes. */
  byteLength(): number;
  /** Writes null map and values at `at` and returns the position behind them. */
  copyTo(out: Uint8Array, at: number): number;
  clear(): void;
}
