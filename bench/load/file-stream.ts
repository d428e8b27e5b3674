import { createReadStream } from 'node:fs';

/** A file as the body of a request. */
export function fileStream(path: string): ReadableStream<Uint8Array> {
  const pieces: AsyncIterator<Buffer> = createReadStream(path, { highWaterMark: 1024 * 1024 })[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await pieces.next();
      if (piece.done === true) controller.close();
      else controller.enqueue(piece.value);
    },
  });
}
