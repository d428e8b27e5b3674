/** Growable numbers of one row each, for the columns that say where a row came from. */
export class RowMeta {
  rows = 0;
  /** Line counted from the chunk's start, offset in the chunk. */
  lines = new Int32Array(1024);
  offsets = new Int32Array(1024);
  /** Entries of the array or map columns up to and including each row. */
  absentEnds = new Int32Array(1024);
  typeErrorEnds = new Int32Array(1024);
  extraEnds = new Int32Array(1024);

  /** Makes room for `rows` more rows. */
  reserve(rows: number): void {
    const needed = this.rows + rows;
    if (needed <= this.lines.length) return;
    const length = Math.max(needed, this.lines.length * 2);
    this.lines = grown(this.lines, length);
    this.offsets = grown(this.offsets, length);
    this.absentEnds = grown(this.absentEnds, length);
    this.typeErrorEnds = grown(this.typeErrorEnds, length);
    this.extraEnds = grown(this.extraEnds, length);
  }

  clear(): void {
    this.rows = 0;
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const result = new Int32Array(length);
  result.set(array);
  return result;
}
