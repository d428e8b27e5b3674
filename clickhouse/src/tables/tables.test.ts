import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseColumnType } from '@assay/rules';
import { newChunkIds, newId, timeOfId } from '../id.ts';
import { migrate } from '../migrate.ts';
import { connect, query, type Connection, type Querier } from '../query.ts';
import { someCommit, startTestEngine, type TestEngine } from '../testing.ts';
import { commitOfLoad, commitsOverlapping, writeCommit, type Commit } from './commit.ts';
import { dataColumns, ensureDataColumns, hasDataTable } from './data.ts';
import { emitEvent, eventsSince, progressOfLoad } from './event.ts';
import { countLoads, listLoads, loadById, loadsByContent, writeLoad, type Load } from './load.ts';
import { rejectReasons, rejectsOfLoad } from './reject.ts';
import { rulesOfSource, sourceByName, writeSourceVersion } from './source.ts';
import { z } from 'zod';

let engine: TestEngine;
let connection: Connection;
let db: Querier;

beforeAll(async () => {
  engine = await startTestEngine();
  connection = connect({ url: engine.url, database: engine.database });
  db = connection.querier('default');
  await migrate(db);
});

afterAll(async () => {
  await connection.close();
  await engine[Symbol.asyncDispose]();
});

const at = '2026-11-20T08:00:00.000Z';
const hostile = `'; DROP TABLE loads; --\n\u0000"\`\\ \u{1f600}`;

function someLoad(change: Partial<Load>): Load {
  return {
    load_id: newId(Date.now()),
    version: 0,
    source_id: '18446744073709551615',
    source: 'orders',
    file: hostile,
    sha256: 'a'.repeat(64),
    bytes: '18446744073709551615',
    format: 'jsonl',
    compression: 'none',
    state: 'received',
    reason: '',
    verdict: '',
    summary: '',
    records: '0',
    rows: '0',
    rejects: '0',
    findings: [],
    check_id: '0',
    backfill: false,
    replaces: '0',
    received_at: at,
    loading_at: null,
    committed_at: null,
    checked_at: null,
    finished_at: null,
    workflow_id: 'file:default:orders:aa',
    run_id: '',
    actor: 'ana',
    damage: '',
    expired: { inbox: at },
    ...change,
  };
}

describe('loads', () => {
  test('come back exactly as written, hostile names and 64-bit numbers included', async () => {
    const load = someLoad({});
    await writeLoad(db, load);
    expect(await loadById(db, load.load_id)).toEqual(load);
  });

  test('show the highest version whatever the order of writing', async () => {
    const load = someLoad({ version: 2000, state: 'checking' });
    await writeLoad(db, load);
    await writeLoad(db, { ...load, version: 1000, state: 'loading' });
    expect((await loadById(db, load.load_id))?.state).toBe('checking');
  });

  test('of one tenant are invisible to another', async () => {
    const load = someLoad({ sha256: 'b'.repeat(64) });
    await writeLoad(db, load);
    const other = connection.querier('other');
    expect(await loadById(other, load.load_id)).toBeUndefined();
    expect(await loadsByContent(other, 'orders', load.sha256)).toEqual([]);
    expect(await loadsByContent(db, 'orders', load.sha256)).toHaveLength(1);
  });

  test('are paged by id and filtered by state', async () => {
    const loads = [1, 2, 3].map((n) => someLoad({ source: 'paged', state: n === 2 ? 'refused' : 'loaded' }));
    for (const load of loads) await writeLoad(db, load);
    const newest = await listLoads(db, { source: 'paged', limit: 2 });
    expect(newest.map((load) => load.load_id)).toEqual([loads[2]?.load_id, loads[1]?.load_id]);
    const rest = await listLoads(db, { source: 'paged', before: newest[1]?.load_id, limit: 2 });
    expect(rest.map((load) => load.load_id)).toEqual([loads[0]?.load_id]);
    expect(await listLoads(db, { source: 'paged', states: ['refused'], limit: 9 })).toHaveLength(1);
  });

  test('are found by a part of their file name and counted by verdict over all pages', async () => {
    const named = (file: string, verdict: Load['verdict']) => someLoad({ source: 'counted', file, verdict });
    for (const load of [named('a%_1.csv', 'pass'), named('a%_2.csv', 'fail'), named('Änders.csv', 'fail')]) {
      await writeLoad(db, load);
    }
    const found = await listLoads(db, { source: 'counted', text: '%_', limit: 1 });
    expect(found.map(({ file }) => file)).toEqual(['a%_2.csv']);
    expect(await listLoads(db, { source: 'counted', text: 'äNDERS', limit: 9 })).toHaveLength(1);
    expect(await countLoads(db, { source: 'counted' })).toEqual([
      { verdict: 'fail', loads: 2 },
      { verdict: 'pass', loads: 1 },
    ]);
    expect(await countLoads(db, { source: 'counted', text: '%_' })).toEqual([
      { verdict: 'fail', loads: 1 },
      { verdict: 'pass', loads: 1 },
    ]);
  });
});

describe('commits', () => {
  const commit = (change: Partial<Commit>): Commit =>
    someCommit({
      source_id: '5',
      chunk_ids: ['18446744073709551615', '1'],
      event_from: '2026-11-01T00:00:00.000000000Z',
      event_to: '2026-11-02T00:00:00.000000000Z',
      ...change,
    });

  test('keep chunk ids of 64 bits', async () => {
    const row = commit({});
    await writeCommit(db, row);
    expect(await commitOfLoad(db, '5', row.load_id)).toEqual(row);
  });

  test('that overlap a range are found when published, and only then', async () => {
    const inside = commit({ source_id: '6' });
    const held = commit({ source_id: '6', state: 'held' });
    const later = commit({
      source_id: '6',
      event_from: '2026-11-03T00:00:00.000000000Z',
      event_to: '2026-11-04T00:00:00.000000000Z',
    });
    const timeless = commit({ source_id: '6', event_from: null, event_to: null });
    for (const row of [inside, held, later, timeless]) await writeCommit(db, row);
    const found = await commitsOverlapping(db, {
      source_id: '6',
      load_id: '1',
      from: '2026-11-01T12:00:00.000Z',
      to: '2026-11-02T12:00:00.000Z',
    });
    expect(found.map((row) => row.load_id)).toEqual([inside.load_id]);
  });
});

test('rejects of committed chunks come by line, those of other chunks not at all', async () => {
  const row = {
    source_id: '5',
    load_id: '50',
    byte_offset: '0',
    received_at: '2026-11-01 00:00:00',
    reason_code: 'not_json',
    reason: 'no',
    raw: hostile,
    raw_bytes: '9',
  };
  await db.insert('rejects', [
    { ...row, chunk_id: '18446744073709551615', line: '7' },
    { ...row, chunk_id: '18446744073709551615', line: '3' },
    { ...row, chunk_id: '12', line: '5' },
  ]);
  const load = { load_id: '50', chunk_ids: ['18446744073709551615'] };
  const found = await rejectsOfLoad(db, { ...load, limit: 10, offset: 0 });
  expect(found.map((reject) => reject.line)).toEqual(['3', '7']);
  expect(found[0]?.raw).toBe(hostile);
  expect(await rejectReasons(db, load)).toEqual([{ reason_code: 'not_json', records: '2', first_line: '3' }]);
  expect(await rejectsOfLoad(db, { load_id: '50', chunk_ids: [], limit: 10, offset: 0 })).toEqual([]);
});

describe('the columns of a data table', () => {
  const type = (text: string) => parseColumnType(text) ?? { kind: 'string' as const };

  test('get a physical column per name and type, once, and keep hostile names as data', async () => {
    const wanted = [
      { name: hostile, type: type('Int64') },
      { name: '', type: type('DateTime64(3)') },
      { name: '__proto__', type: type('Decimal(12,2)') },
    ];
    expect(await hasDataTable(db, '77')).toBe(false);
    const first = await ensureDataColumns(db, '77', wanted);
    expect(first.map((column) => column.name)).toEqual([hostile, '', '__proto__']);
    expect(await ensureDataColumns(db, '77', wanted)).toEqual(first);
    expect(await hasDataTable(db, '77')).toBe(true);
  });

  test('give a column of another type a new number and leave the old one', async () => {
    const before = await ensureDataColumns(db, '78', [{ name: 'a', type: type('Int64') }]);
    const after = await ensureDataColumns(db, '78', [{ name: 'a', type: type('String') }]);
    expect(before[0]?.number).toBe(1);
    expect(after[0]?.number).toBe(2);
    expect(await dataColumns(db, '78')).toHaveLength(2);
  });

  test('survive many that want different columns at the same moment', async () => {
    const racers = Array.from({ length: 8 }, (_, n) =>
      ensureDataColumns(db, '79', [
        { name: 'shared', type: type('Int64') },
        { name: `own ${String(n)}`, type: type('String') },
      ]),
    );
    const numbers = (await Promise.all(racers)).map((columns) => columns.map((column) => column.number));
    expect(new Set(numbers.map(([shared]) => shared)).size).toBe(1);
    expect(new Set(numbers.map(([, own]) => own)).size).toBe(8);
  });
});

test('a source shows its newest version and the rules in force', async () => {
  const changed = { source_id: '9', changed_at: at, changed_by: 'ana', why: '' };
  const rule = { ...changed, rule_id: 'r', kind: 'not_null', spec: '{}', deleted: false };
  const source = { ...changed, name: 'shop', document: '{}', columns: '[]', deleted: false };
  await writeSourceVersion(db, { source: { ...source, version: '1' }, rules: [{ ...rule, version: '1' }] });
  await writeSourceVersion(db, {
    source: { ...source, version: '2', document: '{"owner":"x"}' },
    rules: [
      { ...rule, version: '2', deleted: true },
      { ...rule, rule_id: 's', version: '2' },
    ],
  });
  expect((await sourceByName(db, 'shop'))?.version).toBe('2');
  expect((await rulesOfSource(db, '9')).map((row) => row.rule_id)).toEqual(['s']);
});

test('events are read from a moment on, and the last progress of a load by its id', async () => {
  const now = Date.now();
  await emitEvent(db, { type: 'load.progress', ids: { load_id: '4' }, data: { bytes: '1' }, now });
  await emitEvent(db, { type: 'load.progress', ids: { load_id: '4' }, data: { bytes: '2' }, now: now + 1 });
  const events = await eventsSince(db, new Date(now).toISOString(), 100);
  expect(events.map((event) => event.type)).toEqual(['load.progress', 'load.progress']);
  expect((await progressOfLoad(db, '4'))?.data).toBe('{"bytes":"2"}');
});

test('a query that does not filter by tenant cannot be declared', () => {
  expect(() => query({ sql: 'SELECT 1', params: z.object({}), row: z.object({}) })).toThrow(/tenant/);
});

test('ids sort by time, never repeat in a process, and tell when they were made', () => {
  const now = Date.now();
  const ids = Array.from({ length: 10_000 }, () => newId(now));
  expect(new Set(ids).size).toBe(10_000);
  expect([...ids].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))).toEqual(ids);
  expect(timeOfId(ids[0] ?? '0')).toBe(now);
});

test('chunk ids of an attempt share its bits and count from zero', () => {
  const chunk = newChunkIds();
  expect(BigInt(chunk(7)) - BigInt(chunk(0))).toBe(7n);
  expect(() => chunk(65_536)).toThrow(/65,536/);
});
