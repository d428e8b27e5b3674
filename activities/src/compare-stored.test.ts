import { execFileSync } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import {
  eventsOfIncident,
  listIncidents,
  commitOfLoad,
  dataTable,
  listSources,
  loadById,
  resultsOfCheck,
  type Load,
} from '@assay/clickhouse';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { StoredComparison } from './compare-stored.ts';
import { eventually, removeSource, startTestStack, type TestStack } from './testing.ts';
import { overtakenBy } from './testing/overtaken-by.ts';

let stack: TestStack;
let source: string;
let number = 0;

const yaml = (name: string) => `
source: ${name}
columns: { id: { type: Int64 }, amount: { type: Int64 } }
rules:
  - { id: amount-present, not_null: { column: amount } }
`;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});
beforeEach(async () => {
  number += 1;
  source = `feed-${String(number)}`;
  await stack.describe(source, yaml(source));
  // One part per file, so that breaking one leaves the others whole.
  await stack.db.command('SYSTEM STOP MERGES');
});

function file(first: number, rows: number, rejects = 0) {
  const lines = Array.from({ length: rows }, (_, row) => JSON.stringify({ id: first + row, amount: row % 9 }));
  return {
    source,
    name: `${String(first)}.jsonl`,
    bytes: [...lines, ...Array<string>(rejects).fill('{"id":')].join('\n'),
  };
}

async function partsOf(load: Load): Promise<{ name: string; path: string }[]> {
  const { rows } = await stack.db.statement(
    `SELECT DISTINCT p.name AS name, p.path AS path FROM system.parts AS p
     INNER JOIN (SELECT DISTINCT _part AS name FROM ${dataTable(load.source_id)} WHERE _assay_load_id = ${load.load_id}) AS own USING name
     WHERE p.table = '${dataTable(load.source_id)}' AND p.active`,
  );
  return rows.map(({ name, path }) => ({ name: String(name), path: String(path) }));
}

/** What a person sees of a load, and what the engine holds of it. */
async function seen(load_id: string) {
  const load = await stack.stored(load_id);
  const commit = await commitOfLoad(stack.db, load.source_id, load_id);
  const chunks = (commit?.chunk_ids ?? []).join(', ');
  const { rows } = await stack.db.statement(
    `SELECT count() AS rows, uniqExact(c_1) AS ids, countIf(_assay_chunk_id IN (${chunks})) AS counted
     FROM ${dataTable(load.source_id)} WHERE _assay_load_id = ${load_id}`,
  );
  const { state, verdict, damage, reason } = load;
  return {
    load,
    state,
    verdict,
    damage,
    reason,
    publication: commit?.state,
    chunk_ids: commit?.chunk_ids,
    stored: rows[0],
  };
}

describe('when the engine lost rows, the comparison at start', () => {
  test('finds a part that somebody detached, and sees it come back', async () => {
    const { load } = await stack.ingest(file(1, 40));
    const table = dataTable(load.source_id);
    const [part] = await partsOf(load);
    await stack.db.command(`ALTER TABLE ${table} DETACH PART '${part?.name ?? ''}'`);
    await stack.compareStored();
    expect(await seen(load.load_id)).toMatchObject({ state: 'held', damage: expect.stringContaining('40 of 40 rows') });

    await stack.db.command(`ALTER TABLE ${table} ATTACH PART '${part?.name ?? ''}'`);
    await stack.compareStored();
    expect(await seen(load.load_id)).toMatchObject({
      state: 'loaded',
      publication: 'published',
      damage: '',
      reason: '',
    });
  });

  test('finds rejects that are gone', async () => {
    const { load } = await stack.ingest(file(1, 10, 5));
    await stack.db.command('SYSTEM START MERGES');
    await stack.db.command(`DELETE FROM rejects WHERE load_id = ${load.load_id}`);
    await stack.compareStored();
    expect(await seen(load.load_id)).toMatchObject({
      damage: `The store lost part of 1.jsonl: 5 of 5 rejects are missing. Load it again from the inbox, with \`assay loads reload ${load.load_id}\` or the button on its page.`,
    });
    expect(await stack.reload(load)).toMatchObject({ reloaded: true });
    expect(await seen(load.load_id)).toMatchObject({ state: 'loaded', damage: '' });
  });

  test('does not bring back a source that is deleted while its rows are counted', async () => {
    const { load } = await stack.ingest(file(1, 10));
    await stack.loseRows(load);
    await stack.db.command('SYSTEM START MERGES');
    const { connection, inbox, client } = stack;
    const temporal = overtakenBy(client, () => removeSource(stack, source));
    const log = pino({ level: 'silent' });
    const comparison = new StoredComparison({ connection, inbox, temporal, log, now: Date.now });
    expect(await comparison.run()).toBe(0);
    expect((await listSources(stack.db)).map(({ name }) => name)).not.toContain(source);
  });

  test('counts every other source when one cannot be counted, and that one alone the next time', async () => {
    const [first, second] = [
      await stack.ingest(file(1, 10)),
      await stack.ingest({ ...file(2, 10), source: `${source}-b` }),
    ];
    for (const { load } of [first, second]) await stack.loseRows(load);
    const { connection, inbox, client } = stack;
    let asked = 0;
    const temporal = overtakenBy(client, async () => {
      asked += 1;
      if (asked === 1) throw new Error('Temporal is away');
    });
    const log = pino({ level: 'silent' });
    const comparison = new StoredComparison({ connection, inbox, temporal, log, now: Date.now });
    await expect(comparison.run()).rejects.toThrow(/^1 sources? could not be counted/);
    expect(asked).toBe(2);
    expect(await comparison.run()).toBe(1);
    expect(asked).toBe(3);
    for (const { load } of [first, second]) expect(await seen(load.load_id)).toMatchObject({ state: 'held' });
  });

  test('leaves what is whole alone, and counts nothing while all is well', async () => {
    await stack.ingest(file(1, 10, 1));
    const told: unknown[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => told.push(JSON.parse(line)) });
    const { connection, inbox, client } = stack;
    // Earlier tests left deleted rejects and detached parts behind, which is why their sources are counted.
    const quiet = new StoredComparison({ connection, inbox, temporal: client, log, now: Date.now });
    expect(await quiet.run()).toBe(0);
    expect(await quiet.run()).toBe(0);
    expect(told.filter((line) => JSON.stringify(line).includes('stored rows were compared'))).toHaveLength(1);
  });

  const damages: readonly (readonly [string, (part: { name: string; path: string }) => void])[] = [
    ['a part without columns.txt', ({ path }) => truncateSync(join(path, 'columns.txt'))],
    [
      'a part without its data',
      ({ path }) => execFileSync('sh', ['-c', `for f in "$1"*.bin; do : > "$f"; done`, 'sh', path]),
    ],
    ['a part without checksums.txt', ({ path }) => truncateSync(join(path, 'checksums.txt'))],
    ['a part that is gone', ({ path }) => rmSync(path, { recursive: true })],
  ];

  test.each(damages)('finds %s, holds the load, and the load can be loaded again', async (_what, breakPart) => {
    const { load: whole } = await stack.ingest(file(1_000, 50));
    const { load: lost } = await stack.ingest(file(2_000, 120, 3));
    const before = await seen(lost.load_id);
    const parts = await partsOf(lost);
    expect(parts).not.toEqual([]);
    await stack.engine.kill('SIGKILL');
    for (const part of parts) breakPart(part);
    await stack.engine.restart();

    await stack.compareStored();
    expect(await seen(lost.load_id)).toMatchObject({
      state: 'held',
      publication: 'held',
      damage: `The store lost part of 2000.jsonl: 120 of 120 rows are missing. Load it again from the inbox, with \`assay loads reload ${lost.load_id}\` or the button on its page.`,
    });
    expect(await seen(whole.load_id)).toMatchObject({ state: 'loaded', publication: 'published', damage: '' });
    expect(await stack.compareStored()).toBe(0);

    expect(await stack.reload(lost)).toMatchObject({ state: 'loaded', reloaded: true });
    const after = await seen(lost.load_id);
    expect(after).toMatchObject({
      state: 'loaded',
      publication: 'published',
      damage: '',
      reason: '',
      verdict: before.verdict,
      stored: { rows: '120', ids: '120', counted: '120' },
    });
    expect(after.chunk_ids).not.toEqual(before.chunk_ids);
    expect(after.load.check_id).not.toBe(before.load.check_id);
    expect(await resultsOfCheck(stack.db, lost.load_id, after.load.check_id)).toHaveLength(
      (await resultsOfCheck(stack.db, lost.load_id, before.load.check_id)).length,
    );
    expect(await stack.compareStored()).toBe(0);
  });
});

describe('a damaged load', () => {
  async function damaged(): Promise<Load> {
    const { load } = await stack.ingest(file(1, 30));
    await stack.loseRows(load);
    await stack.compareStored();
    return load;
  }

  test('whose bytes are gone, too, stays damaged and says so', async () => {
    const load = await damaged();
    rmSync(stack.inbox.path(load.load_id));
    expect(await stack.reload(load)).toMatchObject({ state: 'held', reloaded: false });
    expect(await seen(load.load_id)).toMatchObject({
      state: 'held',
      damage: expect.stringContaining('30 of 30 rows are missing'),
      reason: expect.stringContaining('not the ones that were received: send the file again'),
    });
  });

  test('that is withdrawn stays withdrawn when it is loaded again', async () => {
    const { load } = await stack.ingest(file(1, 30));
    await stack.decide(load, { state: 'withdrawn', reason: 'wrong day' });
    await stack.loseRows(load);
    await stack.compareStored();
    expect(await seen(load.load_id)).toMatchObject({ state: 'withdrawn', damage: expect.stringContaining('30 of 30') });
    expect(await stack.reload(load)).toMatchObject({ state: 'withdrawn', reloaded: true });
    expect(await seen(load.load_id)).toMatchObject({
      state: 'withdrawn',
      publication: 'withdrawn',
      damage: '',
      stored: { rows: '30', ids: '30', counted: '30' },
    });
  });
});

describe.concurrent('a worker that is killed', { timeout: 300_000 }, () => {
  test.each(['damage.tell:before', 'damage.tell:after'])(
    'at %s tells of a damaged load exactly once',
    async (point) => {
      await using own = await startTestStack({ worker: false });
      const first = await own.startWorker();
      await own.describe('told', yaml('told'));
      const { load } = await own.ingest({ ...file(1, 5), source: 'told' });
      await first.kill('SIGTERM');
      await own.loseRows(load);
      // It compares what is stored by itself when it starts, as the next one does.
      const doomed = await own.startWorker({ ASSAY_CRASH_AT: point });
      expect(await doomed.ended).toBe('SIGKILL');
      await own.startWorker();
      const [incident] = await eventually(
        () => listIncidents(own.db, { source: 'told', limit: 10 }),
        (found) => found.length > 0,
      );
      const held = await eventually(
        () => loadById(own.db, load.load_id),
        (found) => found?.state === 'held',
      );
      expect(held?.damage).toBe(incident?.finding);
      expect(await own.compareStored()).toBe(0);
      const timeline = await eventually(
        () => eventsOfIncident(own.db, incident?.incident_id ?? ''),
        (entries) => entries.some(({ type }) => type === 'delivery.delivered'),
      );
      expect(timeline.map(({ type }) => type).sort()).toEqual([
        'delivery.delivered',
        'incident.triggered',
        'notice.queued',
      ]);
      expect(await listIncidents(own.db, { source: 'told', limit: 10 })).toHaveLength(1);
    },
  );

  test.each(['load.insert:after', 'check.record:after', 'reload.swap:before', 'reload.swap:after'])(
    'at %s loads a damaged load again exactly once',
    async (point) => {
      await using own = await startTestStack({ worker: false });
      const first = await own.startWorker();
      await own.describe('once', yaml('once'));
      const { load } = await own.ingest({ ...file(1, 500, 2), source: 'once' });
      const table = dataTable(load.source_id);
      await own.loseRows(load);
      expect(await own.compareStored()).toBe(1);

      await first.kill('SIGTERM');
      const doomed = await own.startWorker({ ASSAY_CRASH_AT: point });
      const handle = await own.startReload(load);
      expect(await doomed.ended).toBe('SIGKILL');
      await own.startWorker();
      expect(await handle.result()).toMatchObject({ state: 'loaded', reloaded: true });

      const commit = await commitOfLoad(own.db, load.source_id, load.load_id);
      const { rows } = await own.db.statement(
        `SELECT count() AS rows, uniqExact(c_1) AS ids, countIf(_assay_chunk_id IN (${(commit?.chunk_ids ?? []).join(', ')})) AS counted FROM ${table}`,
      );
      expect(rows).toEqual([{ rows: '500', ids: '500', counted: '500' }]);
      expect(await loadById(own.db, load.load_id)).toMatchObject({
        state: 'loaded',
        damage: '',
        rows: '500',
        rejects: '2',
      });
    },
  );
});
