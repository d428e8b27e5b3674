import { commitOfLoad, countRejects, countRows, dataTable, hasDataTable, type Load } from '@assay/clickhouse';
import { startFile } from '@assay/workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepStored } from './sweep-stored.ts';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

function sweep(dry_run: boolean) {
  const { connection, inbox, client } = stack;
  return sweepStored({ connection, inbox, temporal: client }, { tenant: 'default', dry_run });
}

/** What a worker that died late leaves behind: rows and rejects of a load under a chunk id that no commit names. */
async function leaveBehind(load: Load, chunk_id: string): Promise<void> {
  const { db } = stack;
  const table = dataTable(load.source_id);
  await db.command(
    `INSERT INTO ${table} SELECT * REPLACE (${chunk_id} AS _assay_chunk_id) FROM ${table} WHERE _assay_load_id = ${load.load_id}`,
  );
  await db.command(
    `INSERT INTO rejects SELECT * REPLACE (${chunk_id} AS chunk_id) FROM rejects WHERE load_id = ${load.load_id}`,
  );
}

async function counts(load: Load) {
  const { db } = stack;
  const rows = await countRows(db, load.source_id, load.load_id);
  const rejects = await countRejects(db, load.load_id);
  return { rows: rows.map((chunk) => chunk.rows).sort(), rejects: rejects.map((chunk) => chunk.rows).sort() };
}

test('a sweep deletes exactly what no commit names, and says so before when asked for a dry run', async () => {
  const { load } = await stack.ingest({ source: 'swept', name: 'a', bytes: '{"a":1}\n{"a":2}\n{"a":\n' });
  expect(await sweep(false)).toEqual({ dry_run: false, loads: [], more: 0, rows: '0', rejects: '0' });
  await leaveBehind(load, '7');
  const found = {
    loads: [{ source: 'swept', load_id: load.load_id, file: 'a', chunks: 1, rows: '2', rejects: '1', left: '' }],
    more: 0,
    rows: '2',
    rejects: '1',
  };
  expect(await sweep(true)).toEqual({ ...found, dry_run: true });
  expect(await counts(load)).toEqual({ rows: ['2', '2'], rejects: ['1', '1'] });

  expect(await sweep(false)).toEqual({ ...found, dry_run: false });
  expect(await counts(load)).toEqual({ rows: ['2'], rejects: ['1'] });
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  expect(await countRows(stack.db, load.source_id, load.load_id)).toMatchObject([{ chunk_id: commit?.chunk_ids[0] }]);
  expect((await sweep(false)).loads).toEqual([]);
});

test('a sweep leaves the rows of a load alone that a workflow still works on', async () => {
  await using own = await startTestStack({ worker: false });
  const doomed = await own.startWorker({ ASSAY_CRASH_AT: 'load.insert:after' });
  const about = await own.send({ source: 'running', name: 'a', bytes: '{"a":1}\n{"a":2}\n' });
  await doomed.ended;
  const { connection, inbox, client } = own;
  const swept = () => sweepStored({ connection, inbox, temporal: client }, { tenant: 'default', dry_run: false });
  expect(await swept()).toMatchObject({
    loads: [{ load_id: about.load_id, rows: '2', left: expect.stringContaining('is running and sweeps when it ends') }],
    rows: '0',
  });
  expect(await hasDataTable(own.db, about.source_id)).toBe(true);
  expect(await countRows(own.db, about.source_id, about.load_id)).toHaveLength(1);

  await client.workflow.getHandle(startFile(about).workflowId).terminate('its state is lost');
  expect(await swept()).toMatchObject({ loads: [{ load_id: about.load_id, left: '' }], rows: '2' });
  expect(await countRows(own.db, about.source_id, about.load_id)).toEqual([]);
});

test('a sweep takes nothing for a leftover because its commit is lost', async () => {
  const { load } = await stack.ingest({ source: 'uncommitted', name: 'a', bytes: '{"a":1}\n{"a":2}\n' });
  await stack.db.command(`DELETE FROM commits WHERE load_id = ${load.load_id}`);
  expect(await sweep(false)).toMatchObject({
    loads: [{ load_id: load.load_id, rows: '2', left: expect.stringContaining('its commit is not on record') }],
    rows: '0',
  });
  expect(await counts(load)).toMatchObject({ rows: ['2'] });

  await stack.db.command('SYSTEM STOP MERGES');
  const { rows } = await stack.db.statement(`SELECT name FROM system.parts WHERE table = 'commits' AND active LIMIT 1`);
  await stack.db.command(`ALTER TABLE commits DETACH PART '${String(rows[0]?.['name'])}'`);
  await expect(sweep(false)).rejects.toThrow(/set parts of its own records aside \(commits\//);
});
