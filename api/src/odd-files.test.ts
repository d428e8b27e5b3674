import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ingestResult, type IngestResult } from './shapes/ingest-result.ts';
import { receipt } from './shapes/load.ts';
import { startTestHouse, type TestHouse } from './testing.ts';

let house: TestHouse;

beforeAll(async () => {
  house = await startTestHouse();
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

/** Sends a file over REST and waits for its load. */
async function ingest(source: string, file: string, body: string | Uint8Array<ArrayBuffer>): Promise<IngestResult> {
  const path = `/api/v1/sources/${source}/files?file=${encodeURIComponent(file)}`;
  const answer = await house.fetch(path, { method: 'POST', body });
  expect(answer.status).toBe(202);
  const { load_id } = receipt.parse(await answer.json());
  return ingestResult.parse(await house.json(`/api/v1/loads/${load_id}/ingest_result?wait_s=60`));
}

const rowPage = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  items: z.array(z.object({ values: z.array(z.string().nullable()) })),
});

async function rowsOf(load_id: string): Promise<z.infer<typeof rowPage>> {
  return rowPage.parse(await house.json(`/api/v1/loads/${load_id}/rows?limit=1000`));
}

test('every number leaves the API as text with every digit, and no name is lost', async () => {
  const names = ['', '__proto__', 'a.b', '\0', '"', 'x'.repeat(1000), '<b>'];
  const numbers = ['9007199254740993', '18446744073709551616', '1.50', '-0', '1e400', '1e-400', '12345678901234567.25'];
  const { load_id, columns } = await ingest(
    'odd-numbers',
    'a.jsonl',
    `{${names.map((name, place) => `${JSON.stringify(name)}:${numbers[place] ?? ''}`).join(',')}}\n`,
  );
  expect(columns.map((column) => column.name)).toEqual(names);
  expect(columns.slice(0, 2).map(({ type, max }) => [type, max])).toEqual([
    ['Int64', '9007199254740993'],
    ['Int128', '18446744073709551616'],
  ]);
  const page = await rowsOf(load_id);
  expect(page.columns.map((column) => column.name)).toEqual(names);
  expect(page.items.map((row) => row.values)).toEqual([
    ['9007199254740993', '18446744073709551616', '1.5', '-0', '1e400', '1e-400', '12345678901234567.25'],
  ]);
});

test('floats that are no numbers are words, never null', async () => {
  const query = 'SELECT arrayJoin([nan, inf, -inf, 1.5]) AS v FORMAT Parquet';
  const answer = await house.stack.engine.client.exec({ query });
  const { load_id, columns } = await ingest('odd-floats', 'a', Buffer.concat(await answer.stream.toArray()));
  expect(columns).toMatchObject([{ name: 'v', nulls: '0', min: '-inf', max: 'inf' }]);
  expect((await rowsOf(load_id)).items.map((row) => row.values)).toEqual([['nan'], ['inf'], ['-inf'], ['1.5']]);
});

test('bytes that are no text are shown as hexadecimal, and every answer is JSON', async () => {
  const bytes = Buffer.from('{"a":"x"}\n{"a":"\xff\xfe\0\u001b"}\n{"a":"\\ud800"}\n', 'latin1');
  const { load_id, rejects } = await ingest('odd-bytes', '\u202e\u001b[31m.jsonl', bytes);
  expect(rejects).toBe('2');
  expect(await house.json(`/api/v1/loads/${load_id}/rejects`)).toMatchObject({
    total: 2,
    items: [
      { line: '2', byte_offset: '10', raw: '{"a":"\\xff\\xfe\0\u001b"}' },
      { line: '3', raw: '{"a":"\\ud800"}' },
    ],
  });
});

test('a file name is answered as it was given and never becomes a header or a place', async () => {
  const names = [
    '../../etc/passwd',
    'a\r\nX-Evil: 1',
    '%2e%2e/a+b',
    'con',
    'n'.repeat(300),
    '<img src=x onerror=alert(1)>',
  ];
  for (const [place, name] of names.entries()) {
    const { file, load_id } = await ingest('odd-names', name, `{"n":${place}}\n`);
    expect(file).toBe(name);
    const answer = await house.fetch(`/api/v1/loads/${load_id}`);
    expect([answer.status, answer.headers.get('x-evil')]).toEqual([200, null]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  }
});

test('a column that nearly fits a type is declared and its file read again in one action', async () => {
  const lines = Array.from({ length: 300 }, (_, n) => `{"n":${n === 149 ? '"n/a"' : String(n)},"m":"x"}`);
  const first = await ingest('nearly', 'a.jsonl', lines.join('\n'));
  const column = ({ columns }: IngestResult) => columns.find(({ name }) => name === 'n');
  expect(column(first)).toMatchObject({ type: 'JSON', type_errors: '0' });
  const declare = (type: string) =>
    house.post(`/api/v1/loads/${first.load_id}/declare`, { columns: [{ name: 'n', type }], why: 'they are numbers' });
  expect(await (await declare('Imt64')).json()).toMatchObject({ code: 'invalid_input' });

  const { workflow_id } = z.object({ workflow_id: z.string() }).parse(await (await declare('Int64')).json());
  const path = `/api/v1/loads/${first.load_id}/ingest_result?wait_s=60&workflow_id=${encodeURIComponent(workflow_id)}`;
  const again = ingestResult.parse(await house.json(path));
  expect(again).toMatchObject({
    load_id: first.load_id,
    state: 'loaded',
    verdict: 'warn',
    records: '300',
    rows: '300',
  });
  expect(column(again)).toMatchObject({ type: 'Int64', type_errors: '1', nulls: '0', max: '299' });
  const { columns, items } = await rowsOf(first.load_id);
  // Declared or not, a column stays where the file has it.
  expect([columns, again.columns].map((all) => all.map(({ name }) => name))).toEqual([
    ['n', 'm'],
    ['n', 'm'],
  ]);
  const place = columns.findIndex(({ name }) => name === 'n');
  expect(items.slice(148, 151).map(({ values }) => values[place])).toEqual(['148', null, '150']);
  const { source_id } = z.object({ source_id: z.string() }).parse(await house.json('/api/v1/sources/nearly'));
  const view = await house.stack.db.statement(
    `SELECT toString(sum(n)) AS sum, toString(count()) AS rows FROM rows_${source_id}`,
  );
  expect(view.rows).toEqual([{ sum: String((299 * 300) / 2 - 149), rows: '300' }]);
});
