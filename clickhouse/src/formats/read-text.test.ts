import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChunkRead, ReadPlan } from './define.ts';
import { ReaderPool, ReaderThreadError } from './reader-pool.ts';
import { readText } from './read-text.ts';
import { decodeNative } from './testing/decode-native.ts';
import { planFor } from './testing/read-all.ts';

let pool: ReaderPool;

beforeAll(() => {
  pool = new ReaderPool({ threads: 2 });
});

afterAll(async () => {
  await pool[Symbol.asyncDispose]();
});

const plan = planFor({ n: { kind: 'int', bits: 64, signed: true } });

async function* repeated(text: string, times: number): AsyncGenerator<Buffer, void> {
  for (let time = 0; time < times; time++) yield await Promise.resolve(Buffer.from(text));
}

function read(
  content: AsyncIterable<Uint8Array>,
  change: Partial<ReadPlan> = {},
  signal?: AbortSignal,
): AsyncGenerator<ChunkRead, void> {
  const chunkIdFor = (chunk_no: number): string => String(1000 + chunk_no);
  return readText({
    content,
    plan: { ...plan, ...change },
    pool,
    chunkIdFor,
    chunk_bytes: 4096,
    ...(signal === undefined ? {} : { signal }),
  });
}

async function all(chunks: AsyncIterable<ChunkRead>): Promise<ChunkRead[]> {
  const list: ChunkRead[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

describe('reading in threads', () => {
  test("gives chunks in the order of the file, each stamped with its own id and the file's lines", async () => {
    const chunks = await all(read(repeated('{"n":1}\n{"n":2}\n', 3000)));
    expect(chunks.length).toBeGreaterThan(5);
    let line = 0;
    for (const chunk of chunks) {
      for (const block of chunk.row_blocks.flatMap((bytes) => decodeNative(bytes))) {
        const lines = block.columns.get('_assay_line')?.values ?? [];
        expect(lines[0]).toBe(String(line + 1));
        line += block.rows;
        expect(lines.at(-1)).toBe(String(line));
        expect(new Set(block.columns.get('_assay_chunk_id')?.values)).toEqual(new Set([chunk.chunk_id]));
      }
    }
    expect(line).toBe(6000);
  });

  test('cuts a chunk whose rows need far more room than its bytes into several, so memory stays bounded', async () => {
    const columns = Array.from({ length: 500 }, (_, index) => ({
      name: `c${String(index)}`,
      number: index + 1,
      type: { kind: 'int', bits: 256, signed: true } as const,
    }));
    const chunks = await all(read(repeated('{}\n', 2000), { columns }));
    expect(chunks.reduce((rows, chunk) => rows + chunk.rows, 0)).toBe(2000);
    expect(chunks.reduce((bytes, chunk) => bytes + chunk.bytes, 0)).toBe(6000);
    expect(chunks.reduce((lines, chunk) => lines + chunk.lines, 0)).toBe(2000);
    for (const chunk of chunks) for (const block of chunk.row_blocks) expect(block.length).toBeLessThan(3_000_000);
  });

  test('reads only a few chunks ahead of a caller who takes none', async () => {
    let pieces = 0;
    async function* endless(): AsyncGenerator<Buffer, void> {
      for (;;) {
        pieces++;
        yield await Promise.resolve(Buffer.from('{"n":1}\n'.repeat(512)));
      }
    }
    const chunks = read(endless());
    await chunks.next();
    await chunks.next();
    expect(pieces).toBeLessThan(20);
    await chunks.return();
  });

  test('serves several files at once and any number after each other', async () => {
    const counts = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const chunks = await all(read(repeated(`{"n":${String(index)}}\n`, 500 * (index + 1))));
        return chunks.reduce((rows, chunk) => rows + chunk.rows, 0);
      }),
    );
    expect(counts).toEqual([500, 1000, 1500, 2000, 2500, 3000, 3500, 4000]);
  });

  test('a plan that cannot be read is an error with its sentence, and the threads go on', async () => {
    const columns = [
      { name: 't', number: 1, type: { kind: 'timestamp', precision: 0, zone: null } as const, timestamp_format: '%Q' },
    ];
    const failed = await all(read(repeated('{}\n', 10), { columns })).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ReaderThreadError);
    expect(failed).toMatchObject({ code: 'plan_impossible', retryable: false, message: expect.stringContaining('%Q') });
    expect(await all(read(repeated('{"n":1}\n', 10)))).toHaveLength(1);
  });

  test('passes on an error of the content, and the threads go on', async () => {
    async function* broken(): AsyncGenerator<Buffer, void> {
      yield* repeated('{"n":1}\n', 2000);
      throw new Error('the disk is gone');
    }
    await expect(all(read(broken()))).rejects.toThrow('the disk is gone');
    expect(await all(read(repeated('{"n":1}\n', 10)))).toHaveLength(1);
  });

  test("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const chunks = read(repeated('{"n":1}\n', 100_000), {}, controller.signal);
    await chunks.next();
    controller.abort(new Error('cancelled by a person'));
    await expect(all(chunks)).rejects.toThrow('cancelled by a person');
    expect(await all(read(repeated('{"n":1}\n', 10)))).toHaveLength(1);
  });

  test('an empty file has no chunks', async () => {
    expect(await all(read(repeated('', 1)))).toEqual([]);
  });

  test('threads that die fail their chunk with an error worth a retry', async () => {
    const doomed = new ReaderPool({ threads: 1 });
    const chunks = readText({
      content: repeated('{"n":1}\n', 5000),
      plan,
      pool: doomed,
      chunkIdFor: String,
      chunk_bytes: 4096,
    });
    await chunks.next();
    await doomed[Symbol.asyncDispose]();
    await expect(all(chunks)).rejects.toMatchObject({ code: 'reader_crashed', retryable: true });
  });
});
