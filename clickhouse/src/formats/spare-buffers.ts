/**
 * Buffers that were used and may be used again. Megabytes that are made and dropped all the time cost more than the work done in them:
 * the system clears every page, and the garbage collector walks the whole heap for each few of them.
 */
export class SpareBuffers {
  readonly #bytesMax: number;
  #kept: ArrayBuffer[] = [];
  #bytes = 0;
  /** How many were kept when it had fewest since `trim`. */
  #unneeded = 0;

  /** Keeps at most `bytes_max` bytes. */
  constructor(bytes_max: number) {
    this.#bytesMax = bytes_max;
  }

  /** The one given back last that has room for `bytes` and is not much larger. What is in it is of no meaning. */
  take(bytes: number): ArrayBuffer | undefined {
    const place = this.#kept.findLastIndex(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes);
    if (place < 0) return undefined;
    const [buffer] = this.#kept.splice(place, 1);
    this.#bytes -= buffer?.byteLength ?? 0;
    this.#unneeded = Math.min(this.#unneeded, this.#kept.length);
    return buffer;
  }

  /** Takes a buffer from its owner, for use again or, when enough are kept, to free it at once. */
  give(buffer: ArrayBuffer): void {
    if (buffer.detached) return;
    if (this.#bytes + buffer.byteLength > this.#bytesMax) {
      buffer.transfer(0);
      return;
    }
    this.#kept.push(buffer);
    this.#bytes += buffer.byteLength;
  }

  /** Frees as many as were kept all the time since the last call; says whether any are left. */
  trim(): boolean {
    for (const buffer of this.#kept.splice(0, this.#unneeded)) {
      this.#bytes -= buffer.byteLength;
      buffer.transfer(0);
    }
    this.#unneeded = this.#kept.length;
    return this.#kept.length > 0;
  }
}
