import {
  commitOfLoad,
  countFailedRows,
  countRejects,
  dataTable,
  listSources,
  loadById,
  openInbox,
  profilesOfCheck,
  resultsOfCheck,
  timestampOf,
  type Load,
} from '@assay/clickhouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRetention } from './apply-retention.ts';
import { removeSource, startTestStack, type TestStack } from './testing.ts';
import { overtakenBy } from './testing/overtaken-by.ts';

const day_ms = 24 * 3_600_000;
const hour_ms = 3_600_000;
const now = Date.now();

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

function yaml(source: string, retention: string): string {
  return `
source: ${source}
columns: { id: { type: Int64 }, amount: { type: Int64 } }
retention: ${retention}
rules:
  - { id: amount-present, not_null: { column: amount } }
`;
}

/** A file that was received some days ago: one row without amount, one record that is none. */
async function ingest(source: string, days_ago: number, nth = 0): Promise<Load> {
  const bytes = `{"id":${String(days_ago)},"amount":${String(nth)}}\n{"id":2,"amount":null}\n{"id":\n`;
  const received_at = timestampOf(now - days_ago * day_ms);
  const { load } = await stack.ingest({
    source,
    name: `${String(days_ago)}.jsonl`,
    bytes,
    received_at,
    backfill: true,
  });
  return load;
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Runs retention some hours from now. */
function retain(hours: number, dry_run = false) {
  const { connection, inbox, client } = stack;
  const deps = { connection, inbox, temporal: client, now: () => now + hours * hour_ms };
  return applyRetention(deps, { tenant: 'default', dry_run });
}

async function held(load: Load) {
  const { db, inbox } = stack;
  const present = await loadById(db, load.load_id);
  const commit = await commitOfLoad(db, load.source_id, load.load_id);
  const { rows } = await db.statement(
    `SELECT count() AS rows FROM ${dataTable(load.source_id)} WHERE _assay_load_id = ${load.load_id}`,
  );
  const { load_id, check_id, source_id } = load;
  return {
    state: present?.state,
    publication: commit?.state,
    expired: Object.keys(present?.expired ?? {}).sort(),
    rows: String(rows[0]?.['rows']),
    rejects: (await countRejects(db, load_id)).length,
    evidence: await countFailedRows(db, { load_id, check_id, rule_id: '' }),
    profiles: (await profilesOfCheck(db, { source_id, load_id, check_id })).length,
    bytes: (await inbox.loadIds()).includes(load_id),
  };
}

const whole = {
  state: 'loaded',
  publication: 'published',
  expired: [],
  rows: '2',
  rejects: 1,
  evidence: 1,
  profiles: 2,
  bytes: true,
};

describe('retention', () => {
  test('writes that rows expired first, and deletes them only when no check that reads them can still be running', async () => {
    await stack.describe('rows', yaml('rows', '{ inbox: for ever, rows: 90 days, evidence: for ever }'));
    const old = await ingest('rows', 100);
    const young = await ingest('rows', 10);
    expect(await held(old)).toEqual(whole);

    expect((await retain(0)).sources).toMatchObject([
      { source: 'rows', expires: { inbox: 0, rows: 1, evidence: 0, metrics: 0 }, rows: '2', loads_deleted: 0 },
    ]);
    const expired = { ...whole, state: 'expired', publication: 'expired', expired: ['rows'] };
    expect(await held(old)).toEqual(expired);
    expect((await retain(3)).sources).toEqual([]);
    expect(await held(old)).toEqual(expired);

    const month = timestampOf(now - 100 * day_ms)
      .slice(0, 7)
      .replace('-', '');
    expect((await retain(5)).sources).toMatchObject([{ loads_deleted: 1, partitions_dropped: [month] }]);
    expect(await held(old)).toEqual({ ...expired, rows: '0', rejects: 0 });
    expect(await held(young)).toEqual(whole);
    expect((await retain(6)).sources).toEqual([]);
  });

  test('drops a month whole only when all of it expired, otherwise it deletes single loads', async () => {
    const days = daysInOneMonth(60);
    await stack.describe(
      'months',
      yaml('months', `{ inbox: for ever, rows: ${String(days + 1)} days, evidence: for ever }`),
    );
    const gone = await ingest('months', days + 1);
    const stays = await ingest('months', days, 1);
    expect((await retain(0)).sources).toMatchObject([{ source: 'months', expires: { rows: 1 } }]);
    expect((await retain(5)).sources).toMatchObject([{ loads_deleted: 1, partitions_dropped: [] }]);
    expect(await held(gone)).toMatchObject({ state: 'expired', rows: '0', rejects: 0 });
    expect(await held(stays)).toMatchObject({ state: 'loaded', rows: '2', rejects: 1 });
  });

  test('gives up bytes, evidence and profiles each in its own time, and says when', async () => {
    const retention = '{ inbox: 30 days, rows: for ever, evidence: 60 days, metrics: 80 days }';
    await stack.describe('parts', yaml('parts', retention));
    const loads = [
      await ingest('parts', 29),
      await ingest('parts', 31),
      await ingest('parts', 61),
      await ingest('parts', 81),
    ];
    await retain(0);
    expect(await Promise.all(loads.map((load) => held(load)))).toEqual([
      whole,
      { ...whole, expired: ['inbox'], bytes: false },
      { ...whole, expired: ['evidence', 'inbox'], bytes: false, evidence: 0 },
      { ...whole, expired: ['evidence', 'inbox', 'metrics'], bytes: false, evidence: 0, profiles: 0 },
    ]);
    const [, second] = loads;
    expect((await loadById(stack.db, second?.load_id ?? ''))?.expired).toEqual({
      inbox: expect.stringMatching(/^20\d\d-/),
    });
  });

  test('says what would go and touches nothing when asked for a dry run', async () => {
    await stack.describe('dry', yaml('dry', '{ inbox: 1 day, rows: 1 day, evidence: 1 day, metrics: 1 day }'));
    const load = await ingest('dry', 2);
    const { sources, dry_run } = await retain(0, true);
    expect(dry_run).toBe(true);
    expect(sources).toMatchObject([
      { source: 'dry', expires: { inbox: 1, rows: 1, evidence: 1, metrics: 1 }, rows: '2', bytes: load.bytes },
    ]);
    expect(await held(load)).toEqual(whole);
  });

  test('does not bring back a source that is deleted meanwhile, and goes on with the others', async () => {
    const brief = '{ inbox: 1 day, rows: for ever, evidence: for ever }';
    await stack.describe('leaves', yaml('leaves', brief));
    await stack.describe('stays', yaml('stays', brief));
    await ingest('leaves', 2);
    const other = await ingest('stays', 2);
    const { connection, inbox, client } = stack;
    let removed = false;
    const temporal = overtakenBy(client, async () => {
      if (!removed) await removeSource(stack, 'leaves');
      removed = true;
    });
    await applyRetention({ connection, inbox, temporal, now: () => now }, { tenant: 'default', dry_run: false });
    expect((await listSources(stack.db)).map(({ name }) => name)).not.toContain('leaves');
    expect(await held(other)).toMatchObject({ bytes: false });
  });

  test('an interrupted deletion is finished the next time', async () => {
    await stack.describe('cut', yaml('cut', '{ inbox: 1 day, rows: for ever, evidence: for ever }'));
    const load = await ingest('cut', 2);
    const about = await stack.manifest(load.load_id);
    await retain(0);
    expect(await held(load)).toMatchObject({ bytes: false });
    // As if the process had died between writing `expired` and removing the bytes.
    const inbox = await openInbox(`${stack.data_dir}/inbox`);
    await inbox.accept(await inbox.receive(load.load_id, oneChunk('x'), 10), about);
    await retain(1);
    expect(await held(load)).toMatchObject({ bytes: false, rows: '2' });
  });

  test('drops no month whole into which a file may still come', async () => {
    await stack.describe('young', yaml('young', '{ inbox: for ever, rows: 1 day, evidence: for ever }'));
    const load = await ingest('young', 0);
    const today = new Date(now);
    const ending = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1) + day_ms - 1_000;
    const { connection, inbox, client } = stack;
    const deps = { connection, inbox, temporal: client, now: () => ending };
    const { sources } = await applyRetention(deps, { tenant: 'default', dry_run: false });
    expect(sources).toContainEqual(
      expect.objectContaining({ source: 'young', loads_deleted: 1, partitions_dropped: [] }),
    );
    expect(await held(load)).toMatchObject({ state: 'expired', rows: '0', rejects: 0 });
  });
});

test('a late file judges no window of which rows expired, and says so, instead of judging what is left', async () => {
  await stack.describe(
    'windows',
    `
source: windows
event_time: at
columns: { at: { type: DateTime64(3) }, amount: { type: Int64 } }
retention: { inbox: for ever, rows: 90 days, evidence: for ever }
rules:
  - { id: enough-a-day, row_count: {}, window: 1 day, fail: { value: '< 3' } }
`,
  );
  const at = (day: number, rows: number) => `{"at":"2026-07-0${String(day)}T08:00:00Z","amount":1}\n`.repeat(rows);
  const { load: old } = await stack.ingest({
    source: 'windows',
    name: 'first.jsonl',
    bytes: at(1, 3),
    received_at: timestampOf(now - 100 * day_ms),
    backfill: true,
  });
  await retain(0);
  expect(await loadById(stack.db, old.load_id)).toMatchObject({ state: 'expired' });

  const { load } = await stack.ingest({ source: 'windows', name: 'late.jsonl', bytes: at(1, 1) + at(2, 3) });
  const results = await resultsOfCheck(stack.db, load.load_id, load.check_id);
  const day = timestampOf(Date.now()).slice(0, 10);
  expect(results.filter(({ rule_id }) => rule_id === 'enough-a-day')).toMatchObject([
    {
      window: '2026-07-01T00:00:00Z',
      verdict: 'skipped',
      reason: `rows of a load in this window expired, the last on ${day}`,
    },
    { window: '2026-07-02T00:00:00Z', verdict: 'pass', value: '3' },
  ]);
  const only = await stack.ingest({ source: 'windows', name: 'later.jsonl', bytes: at(1, 2) });
  expect(
    (await resultsOfCheck(stack.db, only.load.load_id, only.load.check_id)).filter(
      ({ rule_id }) => rule_id === 'enough-a-day',
    ),
  ).toMatchObject([{ window: '2026-07-01T00:00:00Z', verdict: 'skipped' }]);
});

/** The highest age in days, at most `limit`, of a moment whose day before lies in the same month. */
function daysInOneMonth(limit: number): number {
  let days = limit;
  const monthOf = (ago: number) => timestampOf(now - ago * day_ms).slice(0, 7);
  while (monthOf(days) !== monthOf(days + 1)) days -= 1;
  return days;
}
