import type { ByteFeed } from './byte-feed.ts';
import { gunzip } from './gzip.ts';
import { unzstd } from './zstd.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** What the first bytes say; a name's ending says nothing. */
export function detectCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const isFrame = head[0] === 0x28 && head[1] === 0xb5;
  const isSkippable = ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a;
  const isZstd =
    (isFrame && head[2] === 0x2f && head[3] === 0xfd) || (isSkippable && head[2] === 0x4d && head[3] === 0x18);
  return isZstd ? 'zstd' : 'none';
}

/** The bytes inside, one layer deep. Throws Damage or RefusedFile in the middle. */
export function decompress(feed: ByteFeed, compression: Compression): AsyncGenerator<Buffer, void> {
  switch (compression) {
    case 'none':
      return plain(feed);
    case 'gzip':
      return gunzip(feed);
    case 'zstd':
      return unzstd(feed);
  }
}

async function* plain(feed: ByteFeed): AsyncGenerator<Buffer, void> {
  for (let chunk = await feed.chunk(); chunk !== undefined; chunk = await feed.chunk()) yield chunk;
}
