import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBytes, type ByteSource } from './byte-source.ts';
import { byteLimits } from './read-limits.ts';
import { RefusedFile } from './refused-file.ts';

const limits = byteLimits.parse({});
const text = Buffer.from(Array.from({ length: 400 }, (_, i) => `{"id":${i},"word":"w${(i * 7919) % 101}"}\n`).join(''));

const long = Buffer.concat(Array.from({ length: 200 }, () => text));

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

async function readAll(source: ByteSource): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function read(bytes: Uint8Array, options: { size?: number; limits?: typeof limits } = {}) {
  const source = await openBytes({ from: pieces(bytes, options.size ?? 7), limits: options.limits ?? limits });
  const content = await readAll(source);
  return { content, end: source.end, source };
}

const checksummed = (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]);

describe('compression', () => {
  const whole: [string, Buffer, Buffer][] = [
    ['plain', text, text],
    ['gzip', gzipSync(text), text],
    [
      'gzip of three members',
      Buffer.concat([gzipSync(text), gzipSync(''), gzipSync('x')]),
      Buffer.concat([text, Buffer.from('x')]),
    ],
    ['gzip padded with zeros', Buffer.concat([gzipSync(text), Buffer.alloc(700)]), text],
    ['zstd', zstdCompressSync(text), text],
    ['zstd with checksum', checksummed(text), text],
    [
      'zstd of many frames',
      Buffer.concat([checksummed(text), skippable, zstdCompressSync(''), zstdCompressSync('x')]),
      Buffer.concat([text, Buffer.from('x')]),
    ],
    ['zstd starting with a skippable frame', Buffer.concat([skippable, zstdCompressSync(text)]), text],
  ];
  test.each(whole)('reads %s whole, however the bytes arrive', async (_, stored, expected) => {
    for (const size of [1, 2, 3, 10, 1000, 1 << 20]) {
      const { content, end } = await read(stored, { size });
      expect(content.equals(expected)).toBe(true);
      expect(end).toEqual({ kind: 'complete', bytes_in: stored.length, bytes_out: expected.length });
    }
  });

  test('gives a plain file of many pieces byte for byte, each piece good until the next is asked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-bytes-'));
    try {
      const stored = Buffer.alloc(3_000_001, 'every place of this file differs from its neighbours, ');
      for (let at = 0; at < stored.length - 4; at += 1_000) stored.writeUInt32LE(at, at);
      await writeFile(join(folder, 'plain'), stored);
      const source = await openBytes({ from: join(folder, 'plain'), limits });
      const content: Buffer[] = [];
      for await (const piece of source.chunks) {
        const copy = Buffer.from(piece);
        // Whatever is read ahead meanwhile must not reach this piece.
        await new Promise((resolve) => setImmediate(resolve));
        expect(piece.equals(copy)).toBe(true);
        content.push(copy);
      }
      expect(Buffer.concat(content).equals(stored)).toBe(true);
      expect(source.head.equals(stored.subarray(0, source.head.length))).toBe(true);
      expect(source.end).toEqual({ kind: 'complete', bytes_in: stored.length, bytes_out: stored.length });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('decides by magic bytes, reading a file by path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-bytes-'));
    try {
      await writeFile(join(folder, 'named.gz'), zstdCompressSync(text));
      const source = await openBytes({ from: join(folder, 'named.gz'), limits });
      expect(source.compression).toBe('zstd');
      expect((await readAll(source)).equals(text)).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    ['gzip', gzipSync(text)],
    ['gzip of two members', Buffer.concat([gzipSync(text.subarray(0, 300)), gzipSync(text.subarray(300))])],
    ['zstd', checksummed(text)],
    ['zstd without checksum', zstdCompressSync(text)],
    ['zstd of two frames', Buffer.concat([zstdCompressSync(text.subarray(0, 300)), checksummed(text.subarray(300))])],
  ])('%s cut at any byte is damaged or refused, and what was read is right', async (_, stored) => {
    for (let cut = 2; cut < stored.length; cut++) {
      let result;
      try {
        result = await read(stored.subarray(0, cut), { size: 1000 });
      } catch (cause) {
        expect(cause).toBeInstanceOf(RefusedFile);
        continue;
      }
      const { content, end, source } = result;
      if (source.compression === 'none') continue;
      expect(content.equals(text.subarray(0, content.length))).toBe(true);
      const wholePart = content.length === 300 && end?.kind === 'complete';
      if (!wholePart) {
        expect(end?.kind, `cut at ${cut}`).toBe('damaged');
        if (end?.kind === 'damaged') expect(end.reason).toMatch(/byte \d+ of the file/);
      }
    }
  });

  test('hands out all that was decompressed before the cut', async () => {
    const stored = gzipSync(text);
    const { content, end } = await read(stored.subarray(0, stored.length - 1), { size: 50 });
    expect(content.equals(text)).toBe(true);
    expect(end).toMatchObject({ kind: 'damaged', at_byte: stored.length - 1, bytes_out: text.length });
  });

  test.each([
    ['gzip', gzipSync(long), -8],
    ['zstd', checksummed(long), -1],
  ])('a wrong checksum of %s is damage', async (_, stored, at) => {
    stored.writeUInt8(stored.readUInt8(stored.length + at) ^ 1, stored.length + at);
    const { content, end } = await read(stored, { size: 1 << 20 });
    expect(end).toMatchObject({ kind: 'damaged', reason: expect.stringMatching(/checksum/) });
    expect(content.length).toBeGreaterThan(0);
    expect(content.equals(long.subarray(0, content.length))).toBe(true);
  });

  test.each([
    ['gzip', gzipSync(text)],
    ['zstd', checksummed(text)],
  ])('garbage behind %s is damage at its offset', async (_, stored) => {
    for (const garbage of ['garbage garbage', '\0\0x', 'x']) {
      const { content, end } = await read(Buffer.concat([stored, Buffer.from(garbage)]));
      expect(content.equals(text)).toBe(true);
      expect(end).toMatchObject({
        kind: 'damaged',
        at_byte: stored.length,
        reason: expect.stringMatching(/other bytes follow/),
      });
    }
  });

  test('every flipped bit of a compressed file ends in the right bytes, in damage or in a refusal', async () => {
    for (const stored of [gzipSync(text), checksummed(text)]) {
      for (let at = 0; at < stored.length; at++) {
        const bad = Buffer.from(stored);
        bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
        try {
          const { content, end, source } = await read(bad, { size: 1 << 20 });
          if (end?.kind === 'complete' && source.compression !== 'none')
            expect(content.equals(text), `byte ${at}`).toBe(true);
        } catch (cause) {
          expect(cause).toBeInstanceOf(RefusedFile);
        }
      }
    }
  });
});

describe('limits', () => {
  test.each([
    ['bytes_in_max', { bytes_in_max: 100 }, text],
    ['bytes_out_max', { bytes_out_max: 100 }, gzipSync(text)],
    ['ratio_max', { ratio_max: 20, ratio_from_bytes: 1000 }, gzipSync(Buffer.alloc(100_000))],
    ['ratio_max', { ratio_max: 20, ratio_from_bytes: 1000 }, zstdCompressSync(Buffer.alloc(100_000))],
  ])('past %s the file is refused with the limit’s name', async (name, set, stored) => {
    await expect(read(stored, { limits: byteLimits.parse(set) })).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringContaining(name),
    });
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(1 << 28))],
    ['zstd', zstdCompressSync(Buffer.alloc(1 << 28))],
  ])('a %s bomb is refused with little memory taken', async (_, bomb) => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const source = await openBytes({ from: pieces(bomb, 1 << 16), limits });
    await expect(async () => {
      for await (const chunk of source.chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    }).rejects.toThrow(/ratio_max/);
    expect(peak - before).toBeLessThan(150 * 1024 * 1024);
  });

  test('a zstd window of more than 128 MiB is refused by name', async () => {
    const stored = zstdCompressSync(Buffer.alloc(1000), {
      params: { [constants.ZSTD_c_windowLog]: 31 },
      pledgedSrcSize: 1000,
    });
    const huge = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, ...stored.subarray(stored.length - 4)]);
    await expect(read(huge)).rejects.toThrow(/128 MiB|Nothing could be read/);
  });
});

describe('text encodings', () => {
  const sample = '\uFEFFid;näme\n1;"\u{1F600} 漢\n2;\u0000\n';
  const utf16 = Buffer.from(sample, 'utf16le');
  const swap = (bytes: Buffer) => Buffer.from(bytes).swap16();
  const utf32 = (bigEndian: boolean) => {
    const codes = Array.from(sample, (letter) => letter.codePointAt(0) ?? 0);
    const bytes = Buffer.alloc(codes.length * 4);
    codes.forEach((code, i) => (bigEndian ? bytes.writeUInt32BE(code, i * 4) : bytes.writeUInt32LE(code, i * 4)));
    return bytes;
  };

  test.each([
    ['utf-16le', utf16],
    ['utf-16be', swap(utf16)],
    ['utf-32le', utf32(false)],
    ['utf-32be', utf32(true)],
    ['utf-8', Buffer.from(sample)],
  ])('%s with a mark is read as the same text', async (encoding, stored) => {
    for (const size of [1, 2, 3, 5, 1000]) {
      const { content, source } = await read(stored, { size });
      expect(source.encoding).toBe(encoding);
      expect(content.toString()).toBe(sample);
    }
    const packed = await read(gzipSync(stored));
    expect(packed.content.toString()).toBe(sample);
  });

  test('what is no character becomes bytes that are no UTF-8', async () => {
    const lone = Buffer.concat([
      Buffer.from('\uFEFFa', 'utf16le'),
      Buffer.from([0x00, 0xd8]),
      Buffer.from('b', 'utf16le'),
      Buffer.from([0]),
    ]);
    const { content } = await read(lone, { size: 3 });
    expect(content.toString('latin1')).toBe('\xef\xbb\xbfa\xed\xa0\x80b\xff');
  });
});

describe('reading', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-bytes-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('stops when aborted', async () => {
    const path = join(folder, 'long');
    await writeFile(path, Buffer.alloc(4 << 20, 'x\n'));
    const stop = new AbortController();
    const source = await openBytes({ from: path, limits, signal: stop.signal });
    await expect(async () => {
      for await (const chunk of source.chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        stop.abort(new Error('enough'));
      }
    }).rejects.toThrow();
  });

  test('an empty file is complete and has no head', async () => {
    const path = join(folder, 'empty');
    await writeFile(path, '');
    const source = await openBytes({ from: createReadStream(path), limits });
    expect(source.head).toHaveLength(0);
    expect(source.whole).toBe(true);
    expect(await readAll(source)).toHaveLength(0);
    expect(source.end).toEqual({ kind: 'complete', bytes_in: 0, bytes_out: 0 });
  });
});
