/** Bytes that grow by doubling; kept and refilled from block to block, so that steady reading allocates nothing. */
export class GrowableBytes {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  #buffer: Buffer;

  constructor(capacity = 1024) {
    this.#buffer = Buffer.from(new ArrayBuffer(capacity));
    this.bytes = new Uint8Array(new ArrayBuffer(capacity));
    this.#buffer = Buffer.from(this.bytes.buffer);
  }

  /** Makes room for `more` bytes behind `length`. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(new ArrayBuffer(Math.max(needed, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#buffer = Buffer.from(grown.buffer);
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
    this.varint(end - start);
    this.range(source, start, end);
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
