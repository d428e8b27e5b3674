import { open } from 'node:fs/promises';

const piece_bytes = 256 * 1024;

/** The bytes of a file, in pieces; the next piece is read while the caller works on the last. */
export class StoredFile implements AsyncIterable<Buffer> {
  /** Whether a piece may be overwritten once the next one is asked for. Reading large files without that leaves as much garbage. */
  overwrites = false;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    const file = await open(this.#path, 'r');
    const read = (into: Buffer) => {
      const reading = file.read(into, 0, piece_bytes);
      // A failure is met by the next turn; until then nobody listens.
      reading.catch(() => undefined);
      return reading;
    };
    let reading = read(Buffer.allocUnsafeSlow(piece_bytes));
    let handedOut: Buffer | undefined;
    try {
      for (;;) {
        const { bytesRead, buffer } = await reading;
        if (bytesRead === 0) return;
        reading = read(this.overwrites && handedOut !== undefined ? handedOut : Buffer.allocUnsafeSlow(piece_bytes));
        handedOut = buffer;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await reading.catch(() => undefined);
      await file.close();
    }
  }
}
