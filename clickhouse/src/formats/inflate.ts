import type { TransformOptions } from 'node:stream';
import type { InflateRaw, ZlibOptions, ZstdDecompress, ZstdOptions } from 'node:zlib';

/**
 * Output is made one chunk at a time and taken before the next: memory stays bounded however much a byte expands to,
 * and an error never discards output that came before it.
 */
export const oneChunkAtATime: ZlibOptions & ZstdOptions & TransformOptions = {
  chunkSize: 256 * 1024,
  readableHighWaterMark: 1,
  writableHighWaterMark: 1,
};

/** Feeds a decoder from `next` (undefined = no more) and yields what it makes; throws what the decoder finds wrong. */
export async function* inflate(
  decoder: InflateRaw | ZstdDecompress,
  next: () => Promise<Buffer | undefined>,
): AsyncGenerator<Buffer, void> {
  let written = 0;
  const push = async (): Promise<void> => {
    try {
      const chunk = await next();
      if (decoder.destroyed) return;
      if (chunk === undefined) {
        decoder.end();
        return;
      }
      written += chunk.length;
      decoder.write(chunk, (error) => {
        // A decoder that left bytes untaken is at the end of its data.
        if (!error && decoder.bytesWritten === written) void push();
      });
    } catch (cause) {
      decoder.destroy(cause instanceof Error ? cause : new Error('reading failed', { cause }));
    }
  };
  void push();
  try {
    const chunks: AsyncIterable<Buffer> = decoder;
    for await (const chunk of chunks) yield chunk;
  } finally {
    decoder.destroy();
  }
}
