import { createServer, request, type Server } from 'node:http';
import { createTRPCClient, httpLink } from '@trpc/client';
import {
  connect,
  newId,
  timestampOf,
  writeIncident,
  writeLoads,
  writeProfiles,
  writeResults,
  writeSourceVersion,
  type Querier,
} from '@assay/clickhouse';
import { someIncident, startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { rule } from '@assay/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from './router.ts';
import { startTestApi, type TestApi } from './testing.ts';

/** Counts the statements that reach an engine. */
interface Counter extends AsyncDisposable {
  readonly url: string;
  /** How many there have been since the last time this was asked. */
  take(): number;
}

const sourcesMany = 40;
const rulesEach = 5;

let engine: TestEngine;
let counter: Counter;
let api: TestApi;
let client: ReturnType<typeof createTRPCClient<AppRouter>>;

beforeAll(async () => {
  engine = await startTestEngine();
  counter = await countStatements(engine.url);
  api = await startTestApi({ engine: { ...engine, url: counter.url } });
  client = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc` })] });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await counter[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

async function countStatements(target: string): Promise<Counter> {
  let count = 0;
  const server: Server = createServer((incoming, outgoing) => {
    count += 1;
    const { method = 'GET', headers, url = '/' } = incoming;
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The counter has no port.');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    take() {
      const taken = count;
      count = 0;
      return taken;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sources with rules, a judged load and an open incident each, as their workflows would write them. */
async function writeSources(db: Querier, names: readonly string[]): Promise<void> {
  const at = timestampOf(Date.now());
  const loads = [];
  const results = [];
  const profiles = [];
  for (const name of names) {
    const [source_id, load_id, check_id] = [newId(Date.now()), newId(Date.now()), newId(Date.now())];
    const changed = { version: '1', deleted: false, changed_at: at, changed_by: 'test', why: '' };
    const rules = Array.from({ length: rulesEach }, (_, index) => {
      const spec = rule.parse({
        rule_id: `rule-${String(index)}`,
        kind: 'not_null',
        config: { column: 'amount' },
        description: index === 0 ? `Money of ${name}` : null,
      });
      return { ...changed, source_id, rule_id: spec.rule_id, kind: spec.kind, spec: JSON.stringify(spec) };
    });
    const columns = JSON.stringify([{ name: 'amount', type: 'Int64' }]);
    const labelled = name.startsWith('first') ? { owner: `owner of ${name}`, labels: { example: 'true' } } : {};
    const source = { ...changed, source_id, name, document: JSON.stringify({ source: name, ...labelled }), columns };
    await writeSourceVersion(db, { source, rules });
    loads.push({
      load_id,
      version: 5000,
      source_id,
      source: name,
      file: `${name}.jsonl`,
      sha256: load_id.padStart(64, '0'),
      bytes: '10',
      format: 'jsonl' as const,
      compression: 'none' as const,
      state: 'loaded' as const,
      reason: '',
      verdict: 'fail' as const,
      summary: '',
      records: '10',
      rows: '10',
      rejects: '0',
      findings: [],
      check_id,
      backfill: false,
      replaces: '0',
      received_at: at,
      loading_at: at,
      committed_at: at,
      checked_at: at,
      finished_at: at,
      workflow_id: '',
      run_id: '',
      actor: 'test',
      damage: '',
      expired: {},
    });
    for (const [index, { rule_id, kind }] of rules.entries()) {
      results.push({
        source_id,
        load_id,
        check_id,
        rule_id,
        version: '1',
        kind,
        severity: 'high' as const,
        mode: 'active' as const,
        segment: '',
        window: '',
        value: '3',
        measure: 'count' as const,
        expected: 'none',
        verdict: index === 0 ? ('fail' as const) : ('pass' as const),
        rows_checked: '10',
        rows_failed: '3',
        finding: `3 of 10 rows of ${name} have no amount.`,
        reason: '',
        statement: 0,
        duration_ms: '1',
        judged_at: at,
      });
    }
    profiles.push({
      source_id,
      load_id,
      check_id,
      column: 'amount',
      column_number: 1,
      type: 'Int64',
      rows: '10',
      nulls: '3',
      absent: '0',
      type_errors: '0',
      distinct: '7',
      distinct_exact: true,
      min: '1',
      max: '9',
      mean: '5',
    });
    await writeIncident(
      db,
      someIncident({ source_id, source: name, rule_id: 'rule-0', first_load_id: load_id, last_load_id: load_id }),
    );
  }
  await writeLoads(db, loads);
  await writeResults(db, results);
  await writeProfiles(db, profiles);
}

/** What each page of the dashboard asks for, by what it is about. */
const asked = {
  sources: () => client.source.list.query({}),
  'names of sources': () => client.source.labels.query({}),
  rules: () => client.rule.list.query({ limit: 50 }),
  'rules of a source': () => client.rule.list.query({ source: 'first-0' }),
  loads: () => client.load.list.query({}),
  incidents: () => client.incident.list.query({ limit: 50 }),
  'a source': () => client.source.get.query({ source: 'first-0' }),
  'a rule': () => client.rule.results.query({ source: 'first-0', rule_id: 'rule-0' }),
};

async function statementsOf(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [name, ask] of Object.entries(asked)) {
    counter.take();
    await ask();
    counts[name] = counter.take();
  }
  return counts;
}

test('a page asks as many statements of many sources as of two', async () => {
  const connection = connect({ url: engine.url, database: engine.database });
  const db = connection.querier('default');
  await writeSources(db, ['first-0', 'first-1']);
  const few = await statementsOf();
  const names = Array.from({ length: sourcesMany - 2 }, (_, index) => `many-${String(index)}`);
  await writeSources(db, names);
  expect(await statementsOf()).toEqual(few);
  expect(Math.max(...Object.values(few))).toBeLessThanOrEqual(8);
  await connection.close();
});

test('rules are paged, filtered and counted by the engine', async () => {
  const page = await client.rule.list.query({ verdict: 'fail', limit: 3, offset: 1 });
  expect(page.total).toBe(sourcesMany);
  expect(page.items.map(({ source, rule_id, latest }) => [source, rule_id, latest[0]?.verdict])).toEqual([
    ['first-1', 'rule-0', 'fail'],
    ['many-0', 'rule-0', 'fail'],
    ['many-1', 'rule-0', 'fail'],
  ]);
  expect(page.by_verdict).toEqual([
    { verdict: 'fail', rules: sourcesMany },
    { verdict: 'pass', rules: sourcesMany * (rulesEach - 1) },
  ]);
  const described = await client.rule.list.query({ text: 'MONEY OF MANY-7' });
  expect(described.items.map(({ source, rule_id }) => [source, rule_id])).toEqual([['many-7', 'rule-0']]);
  expect(described.items[0]?.latest).toHaveLength(1);
  expect((await client.rule.list.query({ text: '%' })).total).toBe(0);
});

test('sources are paged, filtered and counted by the engine', async () => {
  const page = await client.source.list.query({ verdict: 'fail', limit: 3, offset: 1 });
  expect(
    page.items.map(({ source, rules, incidents_open, latest_load, missing }) => [
      source,
      rules,
      incidents_open,
      latest_load?.verdict,
      missing,
    ]),
  ).toEqual(
    ['first-1', 'many-0', 'many-1'].map((source) => [
      source,
      rulesEach,
      1,
      'fail',
      [{ column: 'amount', shares: [0.3] }],
    ]),
  );
  expect(page).toMatchObject({
    total: sourcesMany,
    by_verdict: [{ verdict: 'fail', sources: sourcesMany, in_all: sourcesMany }],
  });
  const named = await client.source.list.query({ text: 'MANY-1', limit: 2 });
  expect(named).toMatchObject({ total: 11, by_verdict: [{ verdict: 'fail', sources: 11, in_all: sourcesMany }] });
  expect(named.items.map(({ source }) => source)).toEqual(['many-1', 'many-10']);
  const owned = await client.source.list.query({ text: 'owner of first' });
  expect(owned.items.map(({ source }) => source)).toEqual(['first-0', 'first-1']);
  expect(await client.source.list.query({ text: '%' })).toMatchObject({ items: [], total: 0 });
  expect(await client.source.list.query({ verdict: '' })).toMatchObject({ items: [], total: 0 });
  expect((await client.source.list.query({ offset: 1_000 })).items).toEqual([]);
});

test('the names of sources to choose from come without a look at their loads', async () => {
  const { items } = await client.source.labels.query({ text: 'first' });
  expect(items.map(({ source, owner, labels }) => [source, owner, labels])).toEqual([
    ['first-0', 'owner of first-0', { example: 'true' }],
    ['first-1', 'owner of first-1', { example: 'true' }],
  ]);
  const examples = await client.source.labels.query({ label: 'example=true' });
  expect(examples.items).toEqual(items);
  expect((await client.source.labels.query({ label: 'example=tru' })).items).toEqual([]);
  const [unowned] = (await client.source.labels.query({ text: 'many-1', limit: 1 })).items;
  expect(unowned).toMatchObject({ source: 'many-1', owner: null, labels: {} });
});

test('loads and incidents tell how many there are beyond the page', async () => {
  const loads = await client.load.list.query({ limit: 2, text: 'MANY-1', verdict: ['fail'] });
  const named = ['many-1', ...Array.from({ length: 10 }, (_, index) => `many-1${String(index)}`)];
  expect(loads).toMatchObject({ total: named.length, by_verdict: [{ verdict: 'fail', loads: named.length }] });
  expect(loads.items).toHaveLength(2);
  const incidents = await client.incident.list.query({ limit: 2, order: 'oldest' });
  expect(incidents).toMatchObject({
    total: sourcesMany,
    open: sourcesMany,
    counts: { triggered: sourcesMany, mine: 0 },
  });
  expect(incidents.items.map(({ source }) => source)).toEqual(['first-0', 'first-1']);
  const next = await client.incident.list.query({ limit: 1, order: 'oldest', before: incidents.next_before ?? '' });
  expect(next.items[0]?.source).toBe('many-0');
  expect(await client.incident.list.query({ mine: true })).toMatchObject({ items: [], total: 0, open: sourcesMany });
});

test('a result tells where its value would have failed', async () => {
  const { items, total, segments } = await client.rule.results.query({ source: 'first-0', rule_id: 'rule-0' });
  expect(items[0]?.limits).toEqual({ fail: [{ from: '0', to: null }], warn: [] });
  expect([total, segments]).toEqual([1, [{ segment: '', results: 1 }]]);
});
