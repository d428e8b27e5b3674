/** Bytes of the stored file in order, with a way to give back what a decoder did not need. */
export class ByteFeed {
  /** Bytes handed out and not given back: the offset of the next one. */
  position = 0;
  readonly #source: AsyncIterator<Buffer>;
  #kept: Buffer | undefined;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one; undefined at the end of the file. */
  async chunk(): Promise<Buffer | undefined> {
    if (this.#kept !== undefined) {
      const kept = this.#kept;
      this.#kept = undefined;
      this.position += kept.length;
      return kept;
    }
    for (;;) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      if (next.value.length > 0) {
        this.position += next.value.length;
        return next.value;
      }
    }
  }

  /** Gives the end of the last chunk back, to be read again. */
  unread(rest: Buffer): void {
    if (rest.length === 0) return;
    this.position -= rest.length;
    this.#kept = this.#kept === undefined ? rest : Buffer.concat([rest, this.#kept]);
  }

  /** Exactly `length` bytes, or fewer when the file ends before. */
  async exactly(length: number): Promise<Buffer> {
    let bytes: Buffer = Buffer.alloc(0);
    while (bytes.length < length) {
      const more = await this.chunk();
      if (more === undefined) break;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    }
    if (bytes.length > length) {
      this.unread(bytes.subarray(length));
      bytes = bytes.subarray(0, length);
    }
    return bytes;
  }

  /** The next bytes without taking them; fewer than `length` at the end of the file. */
  async peek(length: number): Promise<Buffer> {
    const bytes = await this.exactly(length);
    this.unread(bytes);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
