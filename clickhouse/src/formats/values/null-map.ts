/** The null map of a column: one byte per row. */
export class NullMap {
  bytes = new Uint8Array(1024);
  rows = 0;
  nulls = 0;

  /** Makes room for `rows` more rows, all taken as values until marked. */
  extend(rows: number): Uint8Array {
    const needed = this.rows + rows;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.rows));
      this.bytes = grown;
    }
    this.bytes.fill(0, this.rows, needed);
    this.rows = needed;
    return this.bytes;
  }

  copyTo(out: Uint8Array, at: number): number {
    out.set(this.bytes.subarray(0, this.rows), at);
    return at + this.rows;
  }

  clear(): void {
    this.rows = 0;
    this.nulls = 0;
  }
}
