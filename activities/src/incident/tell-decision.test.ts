import { eventsOfIncident, listIncidents, loadById, newId, type Incident, type Load } from '@assay/clickhouse';
import { decidePublication } from '@assay/workflows/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startTestStack, type TestStack } from '../testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

function yaml(source: string): string {
  return `source: ${source}\ncolumns: { a: { type: Int64 } }\nrules:\n  - { id: a-present, not_null: { column: a }, severity: high }\n`;
}

async function decide(load: Load, state: 'published' | 'withdrawn', reason: string): Promise<void> {
  await decidePublication(stack.client, {
    ref: { tenant: 'default', source: load.source },
    if_new: { source_id: load.source_id, rules: [], actor: 'test' },
    decision: { load_id: load.load_id, state, replaces: '0', actor: 'ana', reason },
    update_id: newId(Date.now()),
  });
}

function incidentOf(source: string, status: Incident['status']): Promise<Incident> {
  return eventually(
    async () => (await listIncidents(stack.db, { source, limit: 10 })).find((one) => one.status === status),
    (found) => found !== undefined,
  ).then((found) => {
    if (found === undefined) throw new Error('unreachable');
    return found;
  });
}

test('withdrawing the load that opened an incident resolves it, and bringing it back opens it again', async () => {
  await stack.describe('taken-back', yaml('taken-back'));
  const { load } = await stack.ingest({ source: 'taken-back', name: 'bad.jsonl', bytes: '{"a":null}\n' });
  const opened = await incidentOf('taken-back', 'triggered');

  await decide(load, 'withdrawn', 'sent by mistake');
  const resolved = await incidentOf('taken-back', 'resolved');
  expect(resolved).toMatchObject({
    incident_id: opened.incident_id,
    reason: 'load_withdrawn',
    resolved_by: 'system',
    settled: false,
  });
  expect(await loadById(stack.db, load.load_id)).toMatchObject({ state: 'withdrawn' });

  await decide(load, 'published', '');
  const again = await incidentOf('taken-back', 'triggered');
  expect(again).toMatchObject({ incident_id: opened.incident_id, reason: '', resolved_at: null });
  const timeline = await eventsOfIncident(stack.db, opened.incident_id);
  expect(timeline.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      'Resolved: ana withdrew bad.jsonl (sent by mistake). No other load fails.',
      expect.stringMatching(/^ana brought bad\.jsonl back\. It fails as before: /),
    ]),
  );
});

test('a clean file that takes the place of the one that failed resolves its incident as clean', async () => {
  await stack.describe('replaced', yaml('replaced'));
  const { load } = await stack.ingest({ source: 'replaced', name: 'bad.jsonl', bytes: '{"a":null}\n' });
  await incidentOf('replaced', 'triggered');
  const better = await stack.ingest({
    source: 'replaced',
    name: 'good.jsonl',
    bytes: '{"a":1}\n',
    replaces: load.load_id,
  });
  expect(better.load).toMatchObject({ state: 'loaded', verdict: 'pass' });
  expect(await loadById(stack.db, load.load_id)).toMatchObject({ state: 'withdrawn' });
  expect(await incidentOf('replaced', 'resolved')).toMatchObject({ reason: 'clean_load' });
});

test('one that fails as well keeps it open without a word that it was resolved', async () => {
  await stack.describe('replaced-badly', yaml('replaced-badly'));
  const { load } = await stack.ingest({ source: 'replaced-badly', name: 'bad.jsonl', bytes: '{"a":null}\n' });
  const opened = await incidentOf('replaced-badly', 'triggered');
  await stack.ingest({
    source: 'replaced-badly',
    name: 'worse.jsonl',
    bytes: '{"a":null}\n{"a":null}\n',
    replaces: load.load_id,
  });
  const timeline = await eventually(
    () => eventsOfIncident(stack.db, opened.incident_id),
    (entries) => entries.some(({ message }) => message.includes('withdrew')),
  );
  const { last_load_id } = await incidentOf('replaced-badly', 'triggered');
  const replaced = await loadById(stack.db, load.load_id);
  expect(replaced?.reason).toContain(`replaced by load ${last_load_id} on `);
  expect(timeline.map(({ message }) => message)).toContain(
    `test withdrew bad.jsonl (${replaced?.reason ?? ''}). It stays open: worse.jsonl still fails.`,
  );
  expect(timeline.map(({ type }) => type)).not.toContain('incident.resolved');
});

test('the incident of a segment that no longer occurs resolves after three loads, not before', async () => {
  await stack.describe(
    'segmented',
    `source: segmented
columns: { country: { type: String }, a: { type: Int64 } }
rules:
  - { id: a-present, not_null: { column: a }, by: [country], severity: high }
`,
  );
  const send = (name: string, rows: string) =>
    stack.ingest({ source: 'segmented', name, bytes: `${rows}\n{"country":"FR","a":${name.length}}\n` });
  await send('1', '{"country":"DE","a":null}');
  const opened = await incidentOf('segmented', 'triggered');
  expect(opened.segment).toBe('country=DE');
  for (const name of ['22', '333']) await send(name, '{"country":"FR","a":0}');
  expect(await incidentOf('segmented', 'triggered')).toMatchObject({ incident_id: opened.incident_id });
  await send('4444', '{"country":"FR","a":0}');
  expect(await incidentOf('segmented', 'resolved')).toMatchObject({
    incident_id: opened.incident_id,
    reason: 'segment_gone',
  });
});
