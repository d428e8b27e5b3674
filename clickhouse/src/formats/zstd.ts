import { constants, createZstdDecompress } from 'node:zlib';
import type { ByteFeed } from './byte-feed.ts';
import { Damage } from './damage.ts';
import { inflate, oneChunkAtATime } from './inflate.ts';
import { RefusedFile } from './refused-file.ts';

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
/** 128 MiB, what `zstd -d` itself accepts without a flag. */
const windowLogMax = 27;

/**
 * Decompresses zstd (RFC 8878) with any number of frames; skippable frames are skipped. The frames are followed block
 * by block, because the decoder alone cannot tell a file cut at a block's end from a whole one. Throws Damage where
 * the file cannot be followed further, RefusedFile when a frame needs a window or dictionary we do not have.
 */
export async function* unzstd(feed: ByteFeed): AsyncGenerator<Buffer, void> {
  const decoder = createZstdDecompress({
    ...oneChunkAtATime,
    params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
  });
  const pieces = framePieces(feed);
  let stop: Error | undefined;
  try {
    yield* inflate(decoder, async () => {
      try {
        const { done, value } = await pieces.next();
        return done === true ? undefined : value;
      } catch (cause) {
        // The decoder is ended as if the file did, so that it hands out what it still holds.
        stop = cause instanceof Error ? cause : new Error('reading failed', { cause });
        return undefined;
      }
    });
  } catch (cause) {
    if (!isDecoderError(cause)) throw cause;
    if (cause.code === 'ZSTD_error_frameParameter_windowTooLarge') {
      throw new RefusedFile(
        'limit',
        'The zstd data needs a window of more than 128 MiB: compress it again without --long.',
      );
    }
    if (cause.code === 'ZSTD_error_dictionary_wrong') {
      throw new RefusedFile('unsupported', 'The zstd data needs a dictionary: compress it again without one.');
    }
    if (stop === undefined) {
      const at = feed.position;
      const what = cause.code === 'ZSTD_error_checksum_wrong' ? 'has a wrong checksum' : 'is damaged';
      throw new Damage(`The zstd data before byte ${at} of the file ${what}.`, at, { cause });
    }
  }
  if (stop !== undefined) throw stop;
}

/** The bytes of all frames, never two frames in one piece: the decoder stops taking input where a frame ends. */
async function* framePieces(feed: ByteFeed): AsyncGenerator<Buffer, void> {
  for (;;) {
    const at = feed.position;
    const magic = await feed.peek(4);
    if (magic.length === 0) return;
    if (magic.length < 4) throw at === 0 ? truncated(feed.position + magic.length) : foreign(at);
    const word = magic.readUInt32LE(0);
    if ((word & 0xfffffff0) >>> 0 === skippableMagic) {
      const header = await exact(feed, 8);
      await skip(feed, header.readUInt32LE(4));
    } else if (word === frameMagic) {
      yield* batched(frame(feed));
    } else {
      throw foreign(at);
    }
  }
}

async function* frame(feed: ByteFeed): AsyncGenerator<Buffer, void> {
  const start = await feed.peek(5);
  const descriptor = start[4] ?? 0;
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 2 ** sizeFlag;
  yield* take(feed, 5 + (singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);

  for (let last = false; !last;) {
    const at = feed.position;
    const header = await exact(feed, 3);
    const word = header.readUIntLE(0, 3);
    last = (word & 1) === 1;
    const kind = (word >> 1) & 3;
    if (kind === 3) throw new Damage(`The zstd data is damaged at byte ${at} of the file.`, at);
    yield header;
    yield* take(feed, kind === 1 ? 1 : word >> 3);
  }
  if (descriptor & 4) yield* take(feed, 4);
}

/** Joins the many small pieces of a frame: each one the decoder is given costs it a trip to another thread. */
async function* batched(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let batch: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of pieces) {
      batch.push(piece);
      size += piece.length;
      if (size < 128 * 1024) continue;
      yield Buffer.concat(batch);
      batch = [];
      size = 0;
    }
  } catch (cause) {
    if (size > 0) yield Buffer.concat(batch);
    throw cause;
  }
  if (size > 0) yield Buffer.concat(batch);
}

/** Exactly `length` bytes, in pieces. */
async function* take(feed: ByteFeed, length: number): AsyncGenerator<Buffer, void> {
  for (let left = length; left > 0;) {
    const chunk = await feed.chunk();
    if (chunk === undefined) throw truncated(feed.position);
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    feed.unread(chunk.subarray(piece.length));
    left -= piece.length;
    yield piece;
  }
}

async function skip(feed: ByteFeed, length: number): Promise<void> {
  const pieces = take(feed, length);
  while ((await pieces.next()).done !== true);
}

async function exact(feed: ByteFeed, length: number): Promise<Buffer> {
  const bytes = await feed.exactly(length);
  if (bytes.length < length) throw truncated(feed.position);
  return bytes;
}

function truncated(at: number): Damage {
  return new Damage(`The zstd data stops in the middle, at byte ${at} of the file.`, at);
}

function foreign(at: number): Damage {
  return new Damage(`The zstd data ends at byte ${at} of the file, but other bytes follow it.`, at);
}

function isDecoderError(cause: unknown): cause is Error & { code: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(ZSTD_|Z_)/.test(cause.code);
}
