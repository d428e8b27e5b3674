import { constants, crc32, createInflateRaw } from 'node:zlib';
import type { ByteFeed } from './byte-feed.ts';
import { Damage } from './damage.ts';
import { inflate, oneChunkAtATime } from './inflate.ts';

const flag = { headerChecksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/**
 * Decompresses gzip (RFC 1952) with any number of members, each checked against its own checksum and length.
 * Zero bytes behind the last member are padding. Throws Damage where the file cannot be followed further; what was
 * yielded before stays right.
 */
export async function* gunzip(feed: ByteFeed): AsyncGenerator<Buffer, void> {
  for (let first = true; ; first = false) {
    const at = feed.position;
    if (!(await readHeader(feed, first))) return;
    yield* readMember(feed, at);
  }
}

/** Reads a member's header; false at the end of the file, padding included. */
async function readHeader(feed: ByteFeed, first: boolean): Promise<boolean> {
  const at = feed.position;
  const fixed = await feed.exactly(10);
  if (fixed.length === 0) return false;
  if (fixed[0] !== 0x1f || (fixed.length > 1 && fixed[1] !== 0x8b)) {
    if (!first && fixed[0] === 0 && (await onlyZerosFollow(feed, fixed))) return false;
    throw new Damage(`The gzip data ends at byte ${at} of the file, but other bytes follow it.`, at);
  }
  if (fixed.length < 10) throw truncated(feed);
  const flags = fixed[3] ?? 0;
  if (fixed[2] !== 8 || (flags & flag.reserved) !== 0) {
    throw new Damage(`The gzip header at byte ${at} of the file asks for something gzip does not define.`, at);
  }
  if (flags & flag.extra) {
    const length = await need(feed, 2);
    await need(feed, length.readUInt16LE(0));
  }
  if (flags & flag.name) await skipText(feed);
  if (flags & flag.comment) await skipText(feed);
  if (flags & flag.headerChecksum) await need(feed, 2);
  return true;
}

async function* readMember(feed: ByteFeed, start: number): AsyncGenerator<Buffer, void> {
  const decoder = createInflateRaw({ ...oneChunkAtATime, finishFlush: constants.Z_SYNC_FLUSH });
  const bodyStart = feed.position;
  let last: Buffer = Buffer.alloc(0);
  let checksum = 0;
  let length = 0;
  try {
    const chunks = inflate(decoder, async () => {
      const chunk = await feed.chunk();
      last = chunk ?? Buffer.alloc(0);
      return chunk;
    });
    for await (const chunk of chunks) {
      checksum = crc32(chunk, checksum);
      length += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (!isDecoderError(cause)) throw cause;
    const at = bodyStart + decoder.bytesWritten;
    throw new Damage(`The gzip data is damaged near byte ${at} of the file.`, at, { cause });
  }
  // The decoder takes nothing behind the end of its data; without at least the trailer left over, the file was cut.
  const left = feed.position - bodyStart - decoder.bytesWritten;
  if (left === 0) throw truncated(feed);
  feed.unread(last.subarray(last.length - left));

  const trailer = await need(feed, 8);
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length % 2 ** 32) {
    const at = feed.position - 8;
    throw new Damage(
      `The gzip checksum at byte ${at} of the file does not match: something in the part that begins at byte ${start} is wrong.`,
      at,
    );
  }
}

async function need(feed: ByteFeed, length: number): Promise<Buffer> {
  const bytes = await feed.exactly(length);
  if (bytes.length < length) throw truncated(feed);
  return bytes;
}

async function skipText(feed: ByteFeed): Promise<void> {
  for (;;) {
    const chunk = await feed.chunk();
    if (chunk === undefined) throw truncated(feed);
    const end = chunk.indexOf(0);
    if (end !== -1) {
      feed.unread(chunk.subarray(end + 1));
      return;
    }
  }
}

async function onlyZerosFollow(feed: ByteFeed, start: Buffer): Promise<boolean> {
  for (let chunk: Buffer | undefined = start; chunk !== undefined; chunk = await feed.chunk()) {
    if (chunk.some((byte) => byte !== 0)) return false;
  }
  return true;
}

function truncated(feed: ByteFeed): Damage {
  return new Damage(`The gzip data stops in the middle, at byte ${feed.position} of the file.`, feed.position);
}

function isDecoderError(cause: unknown): boolean {
  return cause instanceof Error && 'errno' in cause && 'code' in cause && String(cause.code).startsWith('Z_');
}
