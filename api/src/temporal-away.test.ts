import { eventually } from '@assay/activities/testing';
import { finalStates, listSources, loadById } from '@assay/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receipt, type Receipt } from './shapes/load.ts';
import { startTestHouse, type TestHouse } from './testing.ts';

let house: TestHouse;
let client: TestHouse['client'];

beforeAll(async () => {
  house = await startTestHouse({ worker: false });
  client = house.client;
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

async function send(source: string, file: string, body: string): Promise<Receipt> {
  const answer = await house.fetch(`/api/v1/sources/${source}/files?file=${file}`, { method: 'POST', body });
  expect(answer.status).toBe(202);
  return receipt.parse(await answer.json());
}

test('while Temporal is away files of new sources are taken, with their documents, and judged when it is back', async () => {
  await house.stack.temporal.kill();
  const document = 'columns: { a: { type: Int64 } }\nrules:\n  - { id: a-small, range: { column: a, max: 1 } }\n';
  const put = await client.source.putDocument.mutate({ source: 'declared', yaml: document, why: 'begin' });
  expect(put).toMatchObject({ changed: true, version: '1' });
  const sent = await Promise.all([
    send('declared', 'a.jsonl', '{"a":7}\n'),
    send('fresh', 'a.jsonl', '{"b":1}\n'),
    send('fresh', 'b.jsonl', '{"b":2}\n'),
  ]);
  expect(sent.map(({ state, duplicate }) => ({ state, duplicate }))).toEqual(
    sent.map(() => ({ state: 'received', duplicate: false })),
  );
  const again = await send('fresh', 'once-more.jsonl', '{"b":2}\n');
  expect(again).toMatchObject({ duplicate: true, load_id: sent[2].load_id });
  const { items } = await client.source.list.query({});
  expect(items.map(({ source }) => source)).toEqual(['declared', 'fresh']);
  // A source that is there has one writer, which is away.
  await expect(
    client.source.putDocument.mutate({ source: 'declared', yaml: 'owner: me\n', why: '' }),
  ).rejects.toMatchObject({ data: { code: 'unavailable' } });

  await house.stack.temporal.restart();
  await house.stack.startWorker();
  const loads = await Promise.all(
    sent.map(({ load_id }) =>
      eventually(
        () => loadById(house.stack.db, load_id),
        (load) => load !== undefined && finalStates.includes(load.state),
      ),
    ),
  );
  expect(loads.map((load) => ({ source: load?.source, state: load?.state, verdict: load?.verdict }))).toEqual([
    { source: 'declared', state: 'loaded', verdict: 'fail' },
    { source: 'fresh', state: 'loaded', verdict: 'pass' },
    { source: 'fresh', state: 'loaded', verdict: 'pass' },
  ]);
  const sources = await listSources(house.stack.db);
  expect(sources.map(({ name }) => name)).toEqual(['declared', 'fresh']);
  expect(loads.map((load) => load?.source_id)).toEqual([0, 1, 1].map((place) => sources[place]?.source_id));

  const edited = await client.source.putDocument.mutate({
    source: 'declared',
    yaml: `owner: me\n${document}`,
    why: 'somebody has it now',
  });
  expect(edited).toMatchObject({ changed: true, version: '2' });
  const { items: versions } = await client.source.history.query({ source: 'declared' });
  expect(versions.map(({ version, why }) => ({ version, why }))).toEqual([
    { version: '2', why: 'somebody has it now' },
    { version: '1', why: 'begin' },
  ]);
});

test('while no worker answers a new source is taken, too, and has one beginning', async () => {
  await using quiet = await startTestHouse({ worker: false });
  const answer = await quiet.fetch('/api/v1/sources/waiting/files?file=a.jsonl', { method: 'POST', body: '{"a":1}\n' });
  expect(answer.status).toBe(202);
  const { load_id } = receipt.parse(await answer.json());
  await quiet.stack.startWorker();
  const load = await eventually(
    () => loadById(quiet.stack.db, load_id),
    (found) => found !== undefined && finalStates.includes(found.state),
  );
  expect(load).toMatchObject({ state: 'loaded', verdict: 'pass' });
  expect(await listSources(quiet.stack.db)).toMatchObject([{ name: 'waiting', source_id: load?.source_id }]);
});
