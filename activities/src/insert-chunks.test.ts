import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChunkRead, Querier } from '@assay/clickhouse';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neverCrash } from './crash-point.ts';
import { insertChunks } from './insert-chunks.ts';

const unused = () => Promise.reject(new Error('insertChunks only inserts encoded blocks'));

/** A querier whose inserts end after some turns of the event loop, as the engine's do while the next chunk is read. */
function engineAnswering(turns: (insert: number) => number): Querier & { readonly most: () => number } {
  let inserts = 0;
  let running = 0;
  let most = 0;
  return {
    tenant: 'default',
    rows: unused,
    lookup: unused,
    first: unused,
    insert: unused,
    statement: unused,
    command: unused,
    async insertEncoded() {
      const wait = turns(inserts++);
      most = Math.max(most, ++running);
      for (let turn = 0; turn < wait; turn++) await nextTurn();
      running -= 1;
    },
    most: () => most,
  };
}

function chunkOf(chunk_no: number): ChunkRead {
  return {
    chunk_no,
    chunk_id: String(chunk_no),
    records: 1,
    rows: 1,
    rejects: 0,
    lines: 1,
    bytes: 1,
    row_blocks: [new Uint8Array(1)],
    reject_blocks: [],
    columns: [],
    extras: [],
    extras_unlisted: 0,
    release: () => undefined,
  };
}

async function* reading(pauses: readonly number[]): AsyncGenerator<ChunkRead, void> {
  for (const [chunk_no, pause] of pauses.entries()) {
    for (let turn = 0; turn < pause; turn++) await nextTurn();
    yield chunkOf(chunk_no);
  }
}

async function handedOn(db: Querier, pauses: readonly number[]): Promise<number[]> {
  const target = { db, source_id: '1', columns: [], signal: new AbortController().signal, reached: neverCrash };
  const found: number[] = [];
  for await (const chunk of insertChunks(target, reading(pauses))) found.push(chunk.chunk_no);
  return found.sort((a, b) => a - b);
}

describe('inserting the chunks of a file', () => {
  test('hands on a chunk whose insert ended while the next one was read', async () => {
    const db = engineAnswering(() => 0);
    expect(await handedOn(db, [0, 5, 5, 5])).toEqual([0, 1, 2, 3]);
  });

  test('leaves no insert of a chunk running when the other one of it fails', async () => {
    let running = 0;
    const db: Querier = {
      ...engineAnswering(() => 0),
      async insertEncoded({ table }) {
        if (table === 'rejects') throw new Error('no room for rejects');
        running += 1;
        for (let turn = 0; turn < 20; turn++) await nextTurn();
        running -= 1;
      },
    };
    const target = { db, source_id: '1', columns: [], signal: new AbortController().signal, reached: neverCrash };
    async function* chunk(): AsyncGenerator<ChunkRead, void> {
      await nextTurn();
      yield { ...chunkOf(0), reject_blocks: [new Uint8Array(1)] };
    }
    await expect(insertChunks(target, chunk()).next()).rejects.toThrow('no room for rejects');
    expect(running).toBe(0);
  });

  test('hands on every chunk once, whatever is quicker, with two inserts at a time', async () => {
    const pace = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pace, pace, async (pauses, answers) => {
        const db = engineAnswering((insert) => answers[insert % answers.length] ?? 0);
        expect(await handedOn(db, pauses)).toEqual(pauses.map((_, chunk_no) => chunk_no));
        expect(db.most()).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });
});
