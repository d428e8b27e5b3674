import type { Cutter } from '../define.ts';

/**
 * Cuts rows of `Nullable(String)` fields in the engine's RowBinary format: per field a byte that is 1 for NULL, else 0
 * and the length as a varint and the text.
 */
export class ParquetCutter implements Cutter {
  readonly #fields: number;
  readonly #recordBytesMax: number;
  /** Where a row that is being skipped stands. */
  #walk: RowWalk;

  constructor(fields: number, record_bytes_max: number) {
    this.#fields = fields;
    this.#recordBytesMax = record_bytes_max;
    this.#walk = new RowWalk(fields);
  }

  lastRecordEnd(bytes: Uint8Array, length: number): number {
    const fields = this.#fields;
    let rowStart = 0;
    for (;;) {
      let at = rowStart;
      let field = 0;
      for (; field < fields && at < length; field++) {
        if (bytes[at++] === 1) continue;
        let size = 0;
        let scale = 1;
        let byte = 0;
        do {
          byte = at < length ? (bytes[at] ?? 0) : 0;
          size += (byte & 0x7f) * scale;
          scale *= 128;
          at++;
        } while (byte >= 0x80);
        at += size;
      }
      if (field < fields || at > length) break;
      rowStart = at;
      if (at === length) break;
    }
    if (rowStart === 0 && length > this.#recordBytesMax) {
      this.#walk = new RowWalk(fields);
      this.#walk.take(bytes, this.#recordBytesMax + 1);
    }
    return rowStart;
  }

  resume(bytes: Uint8Array, length: number): number {
    return this.#walk.take(bytes, length);
  }
}

/** Follows one row through pieces of bytes. */
class RowWalk {
  #fieldsLeft: number;
  #state: 'flag' | 'length' | 'text' = 'flag';
  #left = 0;
  #scale = 1;

  constructor(fields: number) {
    this.#fieldsLeft = fields;
  }

  /** Position behind the row in `bytes[0, length)`, or -1 when it goes on behind them. */
  take(bytes: Uint8Array, length: number): number {
    let at = 0;
    while (this.#fieldsLeft > 0) {
      if (this.#state === 'text') {
        const taken = Math.min(this.#left, length - at);
        at += taken;
        this.#left -= taken;
        if (this.#left > 0) return -1;
        this.#endField();
        continue;
      }
      if (at >= length) return -1;
      const byte = bytes[at++] ?? 0;
      if (this.#state === 'flag') {
        if (byte === 1) this.#endField();
        else this.#state = 'length';
        continue;
      }
      this.#left += (byte & 0x7f) * this.#scale;
      this.#scale *= 128;
      if (byte < 0x80) this.#state = 'text';
    }
    return at;
  }

  #endField(): void {
    this.#fieldsLeft--;
    this.#state = 'flag';
    this.#left = 0;
    this.#scale = 1;
  }
}
