import { request } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
let table: string;
let tables = 0;

beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

beforeEach(async () => {
  tables += 1;
  table = `rows_${tables}`;
  await engine.client.command({
    query:
      "CREATE TABLE {t: Identifier} (n UInt64, s String DEFAULT concat('d', toString(n)), m Nullable(Int32)) ENGINE = MergeTree ORDER BY n",
    query_params: { t: table },
  });
});

async function rows(): Promise<string> {
  const result = await engine.client.query({
    query: 'SELECT * FROM {t: Identifier} ORDER BY n, s',
    query_params: { t: table },
    format: 'CSV',
  });
  return result.text();
}

async function send(query: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Response> {
  const params = new URLSearchParams({ database: engine.database, query, async_insert: '0' });
  return fetch(`${engine.url}/?${params.toString()}`, { method: 'POST', body: Buffer.from(body), headers });
}

function writtenRows(response: Response): unknown {
  return JSON.parse(response.headers.get('x-clickhouse-summary') ?? '{}').written_rows;
}

const toTable = (tail: string): string => `INSERT INTO ${table} ${tail}`;

it('inserts rows from the client, fills defaults and tells how many were written', async () => {
  const result = await engine.client.insert({
    table,
    values: [{ n: 1, s: "it's" }, { n: 2 }, { m: -3, n: 3, s: '𝓯é\n' }],
    format: 'JSONEachRow',
  });
  expect(result.summary?.written_rows).toBe('3');
  expect(result.query_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await rows()).toBe('1,"it\'s",\\N\n2,"d2",\\N\n3,"𝓯é\n",-3\n');
});

it('inserts a stream of JSONEachRow', async () => {
  const values = Readable.from(
    (function* () {
      for (let n = 0; n < 100_000; n += 1) yield { n, s: `row ${n}`, m: null };
    })(),
  );
  const result = await engine.client.insert({ table, values, format: 'JSONEachRow' });
  expect(result.summary?.written_rows).toBe('100000');
  const sums = await engine.client.query({
    query: `SELECT count(), sum(n), uniqExact(s) FROM ${table}`,
    format: 'CSV',
  });
  expect(await sums.text()).toBe('100000,4999950000,100000\n');
});

it.each([
  ['VALUES', "(1, 'a', NULL), (2, upper('b'), 1 + 1)", '1,"a",\\N\n2,"B",2\n'],
  ['', "(1, 'a', NULL);", '1,"a",\\N\n'],
  ['(m, n) VALUES', '(7, 1)', '1,"d1",7\n'],
  ['(n) FORMAT TSV', '5\n6', '5,"d5",\\N\n6,"d6",\\N\n'],
  ['(* EXCEPT(s)) FORMAT CSV', '1,2\n', '1,"d1",2\n'],
  ['FORMAT CSVWithNames', 's,n\nx,1\n', '1,"x",\\N\n'],
  ['SETTINGS input_format_skip_unknown_fields = 1 FORMAT JSONEachRow', '{"n":1,"zzz":2}', '1,"d1",\\N\n'],
  ['/* FORMAT CSV */ FORMAT /* : */ JSONEachRow', '{"n":1}', '1,"d1",\\N\n'],
])('takes INSERT INTO t %s with rows in the body', async (tail, body, expected) => {
  const response = await send(toTable(tail), body);
  expect(await response.text()).toBe('');
  expect(await rows()).toBe(expected);
});

it.each([
  ["VALUES (1, 'a;{x: String}', 2);", '1,"a;{x: String}",2\n'],
  ['FORMAT JSONEachRow\n{"n":1}\n{"n":2}\n', '1,"d1",\\N\n2,"d2",\\N\n'],
  ['(n) SELECT number FROM numbers(2)', '0,"d0",\\N\n1,"d1",\\N\n'],
  ['(n) (SELECT 1)', '1,"d1",\\N\n'],
])('takes INSERT INTO t %s as one text', async (tail, expected) => {
  await engine.client.command({ query: toTable(tail) });
  expect(await rows()).toBe(expected);
});

it('tells how many rows an INSERT … SELECT wrote', async () => {
  const result = await engine.client.command({ query: toTable('(n) SELECT number FROM numbers(12345)') });
  expect(result.summary?.written_rows).toBe('12345');
});

describe('input()', () => {
  it('transforms lines on their way in', async () => {
    const query = toTable(`(n, s) SELECT toUInt64(JSONExtractInt(line, 'n')), 'from input(\\'x\\')' /* input('y') */
      FROM input('line String') WHERE line LIKE '%n%' FORMAT LineAsString`);
    const result = await engine.client.exec({
      query,
      values: Readable.from(['{"n":1}\n{"x":5}\n', '{"n":2}\n'], { objectMode: false }),
    });
    result.stream.resume();
    expect(result.summary?.written_rows).toBe('2');
    expect(await rows()).toBe('1,"from input(\'x\')",\\N\n2,"from input(\'x\')",\\N\n');
  });

  it('reads its structure in other formats and with settings', async () => {
    const response = await send(
      toTable("SELECT b, a, NULL FROM input('a String, b UInt64') SETTINGS max_threads = 1 FORMAT CSV"),
      'x,1\n"y,z",2\n',
    );
    expect(await response.text()).toBe('');
    expect(writtenRows(response)).toBe('2');
    expect(await rows()).toBe('1,"x",\\N\n2,"y,z",\\N\n');
  });
});

it('inserts Native blocks by column name, whatever their order', async () => {
  const select = 'SELECT toString(number) AS s, number AS n FROM numbers(100000)';
  const source = await fetch(`${engine.url}/?${new URLSearchParams({ query: `${select} FORMAT Native` }).toString()}`);
  const response = await send(toTable('(n, s) FORMAT Native'), Buffer.from(await source.arrayBuffer()));
  expect(response.status).toBe(200);
  expect(writtenRows(response)).toBe('100000');
  const check = await engine.client.query({
    query: `SELECT count(), countIf(toString(n) = s) FROM ${table}`,
    format: 'CSV',
  });
  expect(await check.text()).toBe('100000,100000\n');
});

it.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
])('takes bodies in %s', async (coding, compress) => {
  const response = await send(toTable('FORMAT JSONEachRow'), compress(Buffer.from('{"n":1}\n{"n":2}\n')), {
    'Content-Encoding': coding,
  });
  expect(await response.text()).toBe('');
  expect(await rows()).toBe('1,"d1",\\N\n2,"d2",\\N\n');
});

it('writes nothing of a compressed body that is cut or broken', async () => {
  const whole = gzipSync(Buffer.from(Array.from({ length: 1000 }, (_, n) => `{"n":${n}}\n`).join('')));
  for (const body of [whole.subarray(0, whole.length - 20), Buffer.from('this is no gzip')]) {
    const response = await send(toTable('FORMAT JSONEachRow'), body, { 'Content-Encoding': 'gzip' });
    expect(response.status).not.toBe(200);
    expect(response.headers.get('x-clickhouse-exception-code')).not.toBeNull();
    await response.text();
  }
  expect(await rows()).toBe('');
});

it('takes an empty body, and an empty stream, as no rows', async () => {
  for (const format of ['CSV', 'JSONEachRow', 'Native'] as const) {
    const response = await send(toTable(`FORMAT ${format}`), '');
    expect(await response.text()).toBe('');
  }
  const result = await engine.client.exec({
    query: toTable('FORMAT CSV'),
    values: Readable.from([], { objectMode: false }),
  });
  result.stream.resume();
  expect(await rows()).toBe('');
});

it('gives the engine’s reason for bad rows and writes none of a small body', async () => {
  await expect(
    engine.client.insert({ table, values: [{ n: 1 }, { n: 'abc' }], format: 'JSONEachRow' }),
  ).rejects.toMatchObject({ code: '27' });
  await expect(
    engine.client.insert({ table: 'no_such_table', values: [{ n: 1 }], format: 'JSONEachRow' }),
  ).rejects.toMatchObject({ code: '60' });
  await expect(
    engine.client.insert({
      table,
      values: [{ zzz: 1 }],
      format: 'JSONEachRow',
      clickhouse_settings: { input_format_skip_unknown_fields: 0 },
    }),
  ).rejects.toMatchObject({ code: '117' });
  expect(await rows()).toBe('');
});

it('keeps text that is not UTF-8 byte by byte', async () => {
  const head = Buffer.from(toTable('(n, s) FORMAT TSV\n'));
  const row = Buffer.concat([Buffer.from('1\t'), Buffer.from([0xff, 0xfe, 0x80]), Buffer.from('\n')]);
  const params = new URLSearchParams({ database: engine.database });
  const response = await fetch(`${engine.url}/?${params.toString()}`, {
    method: 'POST',
    body: Buffer.concat([head, row]),
  });
  expect(await response.text()).toBe('');
  const hex = await engine.client.query({ query: `SELECT hex(s) FROM ${table}`, format: 'TabSeparated' });
  expect(await hex.text()).toBe('FFFE80\n');
});

it('runs several inserts at once', async () => {
  const inserts = Array.from({ length: 20 }, (_, n) =>
    engine.client.insert({ table, values: [{ n }], format: 'JSONEachRow' }),
  );
  for (const insert of await Promise.all(inserts)) expect(insert.summary?.written_rows).toBe('1');
  const count = await engine.client.query({ query: `SELECT count(), sum(n) FROM ${table}`, format: 'CSV' });
  expect(await count.text()).toBe('20,190\n');
});

it.each([
  ['plain', (text: Buffer) => text, {}],
  ['compressed', gzipSync, { 'Content-Encoding': 'gzip' }],
])('writes nothing when the sender breaks off in the middle of a %s body', async (_name, encode, headers) => {
  const whole = encode(Buffer.from(Array.from({ length: 100_000 }, (_, n) => `{"n":${n}}\n`).join('')));
  const params = new URLSearchParams({ database: engine.database, query: toTable('FORMAT JSONEachRow') });
  const broken = new Promise((resolve) => {
    const call = request(`${engine.url}/?${params.toString()}`, { method: 'POST', headers });
    call.on('error', resolve);
    call.write(whole.subarray(0, whole.length / 2), () => call.destroy(new Error('gone')));
  });
  expect(await broken).toBeInstanceOf(Error);
  expect(await engine.client.ping({ select: true })).toEqual({ success: true });
  expect(await rows()).toBe('');
});
