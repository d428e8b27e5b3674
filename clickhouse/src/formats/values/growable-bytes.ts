/** Strings up to this long are copied four bytes at a time; for longer ones the system's own copying is worth its call. */
const wordCopies_max = 200;

/** Bytes that grow by doubling; kept and refilled from block to block, so that steady reading allocates nothing. */
export class GrowableBytes {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  #buffer: Buffer;
  #view: DataView;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(new ArrayBuffer(capacity));
    this.#buffer = Buffer.from(this.bytes.buffer);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(new ArrayBuffer(Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#buffer = Buffer.from(grown.buffer);
    this.#view = new DataView(grown.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** An unsigned LEB128 number, as the Native format writes lengths. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** Copies `source[start, end)`. */
  range(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this;
    let at = this.length;
    if (end - start > 32) {
      bytes.set(source.subarray(start, end), at);
      at += end - start;
    } else {
      for (let from = start; from < end; from++) bytes[at++] = source[from] ?? 0;
    }
    this.length = at;
  }

  /** A string of the Native format: its length in bytes, then `source[start, end)`. */
  string(source: Uint8Array, start: number, end: number): void {
    const bytes = end - start;
    this.reserve(bytes + 8);
    if (bytes < 0x80) this.bytes[this.length++] = bytes;
    else this.varint(bytes);
    this.range(source, start, end);
  }

  /** The same, quicker, for the many strings of a column. */
  stringIn(source: DataView, start: number, end: number): void {
    const bytes = end - start;
    this.reserve(bytes + 12);
    if (bytes < 0x80) this.bytes[this.length++] = bytes;
    else this.varint(bytes);
    const at = this.length;
    if (bytes > wordCopies_max) {
      this.bytes.set(new Uint8Array(source.buffer, source.byteOffset + start, bytes), at);
    } else if (end + 4 <= source.byteLength) {
      // The last word may bring up to three bytes too many; what follows overwrites them.
      const view = this.#view;
      for (let from = start, to = at; from < end; from += 4, to += 4)
        view.setInt32(to, source.getInt32(from, true), true);
    } else {
      for (let offset = 0; offset < bytes; offset++) this.bytes[at + offset] = source.getUint8(start + offset);
    }
    this.length = at + bytes;
  }

  /** A string of the Native format from a JavaScript string. */
  text(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.varint(bytes);
    this.reserve(bytes);
    this.length += this.#buffer.write(text, this.length);
  }

  /** A little-endian unsigned 64-bit number below 2^53. */
  uint64(value: number): void {
    this.reserve(8);
    this.#buffer.writeUInt32LE(value % 0x1_0000_0000, this.length);
    this.#buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.length + 4);
    this.length += 8;
  }

  clear(): void {
    this.length = 0;
  }
}
