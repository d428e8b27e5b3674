import { startFile } from '@assay/workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receipt } from './shapes/load.ts';
import { startTestHouse, type TestHouse } from './testing.ts';

let house: TestHouse;
let client: TestHouse['client'];

beforeAll(async () => {
  house = await startTestHouse();
  client = house.client;
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

/** A value that must not be seen anywhere. */
const canary = 'canary4711';

const columns = (masked: boolean) => `
key: [id, mail]
columns:
  id: { type: Int64 }
  mail: { type: String, mask: ${String(masked)} }
  born: { type: Date, mask: ${String(masked)} }
rules:
  - { id: mail-short, length: { column: mail, max: 3 }, evidence: [mail, born] }
  - { id: mail-known, accepted_values: { column: mail, values: [a, b] }, evidence: [mail] }
`;

async function send(source: string, file: string, body: string): Promise<string> {
  const answer = await house.fetch(`/api/v1/sources/${source}/files?file=${file}`, { method: 'POST', body });
  const { load_id } = receipt.parse(await answer.json());
  await client.load.ingestResult.query({ load_id, wait_s: 60 });
  return load_id;
}

/** Everything that leaves through the API about a load and its source. */
async function everything(source: string, load_id: string): Promise<string> {
  const paths = [
    ...['', '/ingest_result', '/rows', '/rows?failed=true', '/rejects', '/failed_rows', '/checks'].map(
      (rest) => `/api/v1/loads/${load_id}${rest}`,
    ),
    `/api/v1/sources/${source}`,
    `/api/v1/loads`,
    `/api/v1/sources`,
    `/api/v1/incidents`,
    `/api/v1/anomalies`,
    `/api/v1/events`,
  ];
  const texts = await Promise.all(
    paths.map(async (path) => {
      const answer = await house.fetch(path);
      return `${path} ${answer.headers.get('content-type')?.includes('json') === true ? await answer.text() : ''}`;
    }),
  );
  return texts.join('\n');
}

/** What Temporal keeps of the workflow of a load. */
async function history(load_id: string): Promise<string> {
  const about = await house.stack.manifest(load_id);
  const { events } = await house.stack.client.workflow.getHandle(startFile(about).workflowId).fetchHistory();
  return JSON.stringify(events, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
}

/** Where the canary is, with what is around it. */
function places(text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,60}${canary}.{0,20}`, 'gu'))].map(([found]) => found);
}

const lines = [
  `{"id":1,"mail":"${canary}","born":"2001-01-01"}`,
  `{"id":2,"mail":"${canary}","born":"${canary}","e_mail":"${canary}"}`,
  `{"id":3,"mail":"${canary}",`,
  `{"id":4,"id":5,"mail":"${canary}"}`,
].join('\n');

test('a masked value is in nothing that leaves the engine: rows, what they had besides, rejects, evidence, profiles, history', async () => {
  await client.source.putDocument.mutate({ source: 'hidden', yaml: columns(true), why: '' });
  await send('hidden', 'first.jsonl', '{"id":0,"mail":"a","born":"2001-01-01"}\n');
  const load_id = await send('hidden', 'a.jsonl', lines);
  const { rejects, rows } = await client.load.ingestResult.query({ load_id });
  expect({ rejects, rows }).toEqual({ rejects: '2', rows: '2' });
  const seen = await everything('hidden', load_id);
  expect(seen.includes('•••')).toBe(true);
  expect(places(seen)).toEqual([]);
  expect(places(await history(load_id))).toEqual([]);

  const page = await client.load.rows.query({ load_id });
  expect(page.items[1]?.extra).toEqual({ e_mail: '•••' });
});

test('a file that is refused does not show how it begins when its source has masks', async () => {
  await client.source.putDocument.mutate({
    source: 'hidden-refused',
    yaml: `format: jsonl\n${columns(true)}`,
    why: '',
  });
  const load_id = await send('hidden-refused', 'a.jsonl', `[{"mail":"${canary}"},\n{"mail":"${canary}"}]`);
  const { state, reason } = await client.load.ingestResult.query({ load_id });
  expect(state).toBe('refused');
  expect(reason).not.toMatch(/begins with/);
  expect(places(await everything('hidden-refused', load_id))).toEqual([]);
  expect(places(await history(load_id))).toEqual([]);
});

test('a first file says of a masked column which lines are odd, and not what is in them', async () => {
  await client.source.putDocument.mutate({ source: 'hidden-odd', yaml: 'columns: { n: { mask: true } }\n', why: '' });
  const numbers = Array.from({ length: 300 }, (_, n) => `{"n":${n === 149 ? `"${canary}"` : String(n)}}`);
  const load_id = await send('hidden-odd', 'a.jsonl', numbers.join('\n'));
  const { load } = await client.load.get.query({ load_id });
  expect(load.findings[0]).toMatch(/line 150 has •••/);
  expect(places(await everything('hidden-odd', load_id))).toEqual([]);
  expect(places(await history(load_id))).toEqual([]);
});

test('a mask that comes later hides what was stored before', async () => {
  await client.source.putDocument.mutate({ source: 'later', yaml: columns(false), why: '' });
  await send('later', 'first.jsonl', '{"id":0,"mail":"a","born":"2001-01-01"}\n');
  const load_id = await send('later', 'a.jsonl', lines);
  expect(places(await everything('later', load_id))).not.toEqual([]);
  await client.source.putDocument.mutate({ source: 'later', yaml: columns(true), why: 'it is personal' });
  expect(places(await everything('later', load_id))).toEqual([]);
});
