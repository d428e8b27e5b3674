import { ByteFeed } from './byte-feed.ts';
import { decompress, detectCompression, type Compression } from './compression.ts';
import { Damage } from './damage.ts';
import type { ByteLimits } from './read-limits.ts';
import { RefusedFile } from './refused-file.ts';
import { StoredFile } from './stored-file.ts';
import { asUtf8, detectEncoding, type TextEncoding } from './text-encoding.ts';

/** Bytes looked at before anything is read: enough to tell a format and to sniff a CSV's delimiter. */
const headBytes = 256 * 1024;

/** How a file ended. `damaged`: all bytes before were handed out and are right as far as anybody can tell. */
export type ByteSourceEnd =
  | { readonly kind: 'complete'; readonly bytes_in: number; readonly bytes_out: number }
  | {
      readonly kind: 'damaged';
      /** One sentence for people. */
      readonly reason: string;
      /** Offset in the file as stored. */
      readonly at_byte: number;
      readonly bytes_in: number;
      readonly bytes_out: number;
    };

export interface OpenOptions {
  /** A path, or the stored bytes themselves. */
  readonly from: string | AsyncIterable<Buffer>;
  readonly limits: ByteLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A file's content: decompressed, as UTF-8 when it is text in another encoding, counted against its limits.
 *
 * Byte offsets everywhere are offsets in this content. A UTF-8 byte-order mark is still in it (so that the offsets of a
 * UTF-8 file are those of the decompressed file); UTF-16 and UTF-32 are counted as the UTF-8 they become, mark included.
 */
export interface ByteSource {
  readonly compression: Compression;
  readonly encoding: TextEncoding;
  /** The first bytes of the content, at most 256 KiB; still part of `chunks`. */
  readonly head: Buffer;
  /** Whether `head` is all there is. */
  readonly whole: boolean;
  /**
   * The content, once, one chunk at a time; a chunk may be overwritten when the next is asked for. Throws RefusedFile past a
   * limit, and the abort reason when aborted; damage is no error but an `end`.
   */
  readonly chunks: AsyncIterable<Buffer>;
  /** Known when `chunks` has ended. */
  readonly end: ByteSourceEnd | undefined;
  close(): Promise<void>;
}

/**
 * Opens a stored file and reads its head.
 * Throws RefusedFile when it is damaged before its first byte or past a limit already.
 */
export async function openBytes({ from, limits, signal }: OpenOptions): Promise<ByteSource> {
  const stored = typeof from === 'string' ? new StoredFile(from) : from;
  const feed = new ByteFeed(countStored(stored, limits, signal));
  try {
    const compression = detectCompression(await feed.peek(4));
    const counted = countContent(decompress(feed, compression), { feed, limits, compressed: compression !== 'none' });
    const first = await takeHead(counted, 4);
    const encoding = detectEncoding(Buffer.concat(first.bytes));
    const all = replay(first, counted);
    const content = encoding === 'utf-8' ? all : asUtf8(all, encoding);
    const opened = await withHead({ feed, compression, encoding, content });
    // From here on each piece of a plain file goes straight to the caller; a decoder may hold more than one.
    if (stored instanceof StoredFile) stored.overwrites = compression === 'none' && encoding === 'utf-8';
    return opened;
  } catch (cause) {
    await feed.close();
    throw cause instanceof Damage
      ? new RefusedFile('damaged', `${cause.message} Nothing could be read.`, { cause })
      : cause;
  }
}

interface Opened {
  readonly feed: ByteFeed;
  readonly compression: Compression;
  readonly encoding: TextEncoding;
  readonly content: AsyncGenerator<Buffer, void>;
}

async function withHead({ feed, compression, encoding, content }: Opened): Promise<ByteSource> {
  const head = await takeHead(content, headBytes);
  if (head.damage !== undefined && head.bytes.length === 0) throw head.damage;
  let end: ByteSourceEnd | undefined;

  async function* chunks(): AsyncGenerator<Buffer, void> {
    let bytes_out = 0;
    try {
      for await (const chunk of replay(head, content)) {
        bytes_out += chunk.length;
        yield chunk;
      }
      end = { kind: 'complete', bytes_in: feed.position, bytes_out };
    } catch (cause) {
      if (!(cause instanceof Damage)) throw cause;
      end = { kind: 'damaged', reason: cause.message, at_byte: cause.at_byte, bytes_in: feed.position, bytes_out };
    }
  }

  return {
    compression,
    encoding,
    head: Buffer.concat(head.bytes),
    whole: head.ended,
    chunks: chunks(),
    get end() {
      return end;
    },
    close: () => feed.close(),
  };
}

interface Head {
  readonly bytes: readonly Buffer[];
  readonly ended: boolean;
  /** Where reading failed within the head; thrown again where the head ends. */
  readonly damage: Damage | undefined;
}

async function takeHead(chunks: AsyncGenerator<Buffer, void>, length: number): Promise<Head> {
  const bytes: Buffer[] = [];
  let size = 0;
  try {
    while (size < length) {
      const { done, value } = await chunks.next();
      if (done === true) return { bytes, ended: true, damage: undefined };
      bytes.push(value);
      size += value.length;
    }
  } catch (cause) {
    if (cause instanceof Damage) return { bytes, ended: true, damage: cause };
    throw cause;
  }
  return { bytes, ended: false, damage: undefined };
}

async function* replay(head: Head, rest: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  yield* head.bytes;
  if (head.damage !== undefined) throw head.damage;
  if (!head.ended) yield* rest;
}

async function* countStored(
  stored: AsyncIterable<Buffer>,
  limits: ByteLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  for await (const chunk of stored) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    if (bytes > limits.bytes_in_max) {
      throw new RefusedFile(
        'limit',
        `The file has more than ${limits.bytes_in_max} bytes, the limit bytes_in_max of this source.`,
      );
    }
    yield chunk;
  }
}

interface ContentCount {
  readonly feed: ByteFeed;
  readonly limits: ByteLimits;
  readonly compressed: boolean;
}

async function* countContent(
  content: AsyncIterable<Buffer>,
  { feed, limits, compressed }: ContentCount,
): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > limits.bytes_out_max) {
      throw new RefusedFile(
        'limit',
        `The file decompresses to more than ${limits.bytes_out_max} bytes, the limit bytes_out_max of this source.`,
      );
    }
    if (compressed && bytes > limits.ratio_from_bytes && bytes > feed.position * limits.ratio_max) {
      throw new RefusedFile(
        'limit',
        `The file decompresses to more than ${limits.ratio_max} times its size, the limit ratio_max of this source.`,
      );
    }
    yield chunk;
  }
}
