import { describe, expect, test } from 'vitest';
import { cutChunks, type OwnedChunk } from './cut-chunks.ts';
import { laidOut } from './text-formats.ts';
import { planFor, readAll } from './testing/read-all.ts';

async function cut(pieces: readonly string[], chunk_bytes: number, record_bytes_max = 1 << 20): Promise<OwnedChunk[]> {
  const limits = { record_bytes_max, depth_max: 100, columns_max: 1000 };
  async function* content(): AsyncGenerator<Uint8Array, void> {
    for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece));
  }
  const cutter = laidOut({ format: 'jsonl' }).cutter(limits);
  const chunks: OwnedChunk[] = [];
  for await (const chunk of cutChunks(content(), {
    cutter,
    record_bytes_max,
    chunk_bytes,
    allocate: (bytes) => new ArrayBuffer(bytes),
  })) {
    chunks.push(chunk);
  }
  return chunks;
}

const shown = (chunks: OwnedChunk[]) =>
  chunks.map((chunk) => [Buffer.from(chunk.bytes).toString(), chunk.base_offset, chunk.first, chunk.last]);

describe('cutting', () => {
  test('ends chunks behind line ends and says which is the first and the last', async () => {
    expect(shown(await cut(['aa\nbb\n', 'cc\ndd'], 7))).toEqual([
      ['aa\nbb\n', 0, true, false],
      ['cc\ndd', 6, false, true],
    ]);
  });

  test("knows that a file ends at a chunk's end", async () => {
    expect(shown(await cut(['aaa\nbbb\n'], 8))).toEqual([['aaa\nbbb\n', 0, true, true]]);
  });

  test('lets a chunk grow for a record longer than the chunk', async () => {
    const [first] = await cut(['a'.repeat(100), 'a'.repeat(100), '\n', 'bbb\n'.repeat(200)], 16);
    expect(Buffer.from(first?.bytes ?? []).toString()).toMatch(/^a{200}\n(bbb\n)*$/);
    expect(first).toMatchObject({ first: true, last: false });
  });
});

describe('a record longer than the limit', () => {
  const plan = planFor(
    { a: { kind: 'string' } },
    { limits: { record_bytes_max: 1000, depth_max: 100, columns_max: 1000 } },
  );

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('is rejected with its true length, and the next line is read (%s)', async (_name, lineEnd) => {
    const huge = 3_000_000;
    const file = `{"a":"1"}${lineEnd}{"a":"${'x'.repeat(huge)}"}${lineEnd}{"a":"2"}${lineEnd}`;
    for (const sizes of [
      { chunk_bytes: 64 * 1024, piece_bytes: 10_000 },
      { chunk_bytes: 1 << 23, piece_bytes: 1 << 23 },
    ]) {
      const { rows, rejects, totals } = await readAll(file, plan, sizes);
      expect(rows.map(({ line, offset, values }) => [line, offset, ...values])).toEqual([
        [1, 0, '1'],
        [3, file.lastIndexOf('{'), '2'],
      ]);
      expect(rejects).toMatchObject([{ line: 2, offset: file.indexOf('{', 1), code: 'too_long', raw_bytes: huge + 8 }]);
      expect(rejects[0]?.reason).toBe(
        `The record has ${String(huge + 8)} bytes, more than the limit record_bytes_max of this source (1000).`,
      );
      expect(rejects[0]?.raw.length).toBeLessThanOrEqual(64 * 1024);
      expect(totals.lines).toBe(3);
    }
  });

  test('keeps bounded memory: no chunk is much longer than the limit', async () => {
    const chunks = await cut(
      Array.from({ length: 300 }, () => 'x'.repeat(10_000)),
      4096,
      5000,
    );
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.bytes.buffer.byteLength).toBeLessThan(100_000);
    expect(chunks[0]).toMatchObject({ skipped_bytes: 3_000_000 - 5001, end_offset: 3_000_000, last: true });
  });

  test('loads one byte below the limit', async () => {
    const { rows } = await readAll(`{"a":"${'x'.repeat(992)}"}\r\n`, plan, { chunk_bytes: 10 });
    expect(rows).toHaveLength(1);
  });
});
