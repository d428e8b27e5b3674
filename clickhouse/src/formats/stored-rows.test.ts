import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseColumnType } from '@assay/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { connect, type Connection, type Querier } from '../query.ts';
import { dataColumns, dataTable, ensureDataColumns, ownColumns, physicalColumn } from '../tables/data.ts';
import { startTestEngine, type TestEngine } from '../testing.ts';
import { z } from 'zod';
import type { ChunkRead, ReadPlan } from './define.ts';
import { ReaderPool } from './reader-pool.ts';
import { readText } from './read-text.ts';
import { planFor } from './testing/read-all.ts';

let engine: TestEngine;
let connection: Connection;
let db: Querier;
let pool: ReaderPool;

beforeAll(async () => {
  pool = new ReaderPool({ threads: 2 });
  engine = await startTestEngine();
  connection = connect({ url: engine.url, database: engine.database });
  db = connection.querier('default');
  await migrate(db);
});

afterAll(async () => {
  await connection.close();
  await engine[Symbol.asyncDispose]();
  await pool[Symbol.asyncDispose]();
});

const rejectColumns = [
  'tenant',
  'source_id',
  'load_id',
  'chunk_id',
  'line',
  'byte_offset',
  'received_at',
  'reason_code',
  'reason',
  'raw',
  'raw_bytes',
];

async function store(plan: ReadPlan, file: string, chunk_bytes: number, read_bytes?: number): Promise<ChunkRead[]> {
  await ensureDataColumns(db, plan.source_id, plan.columns);
  async function* content(): AsyncGenerator<Buffer, void> {
    yield await Promise.resolve(Buffer.from(file));
  }
  const chunks: ChunkRead[] = [];
  const chunkIdFor = (chunk_no: number): string => String(2n ** 63n + BigInt(chunk_no));
  const sizes = { chunk_bytes, ...(read_bytes === undefined ? {} : { read_bytes }) };
  for await (const chunk of readText({ content: content(), plan, pool, chunkIdFor, ...sizes })) {
    chunks.push(chunk);
    const columns = [...ownColumns, ...plan.columns.map((column) => physicalColumn(column.number))];
    if (chunk.rows > 0)
      await db.insertEncoded({ table: dataTable(plan.source_id), columns, format: 'Native', blocks: chunk.row_blocks });
    if (chunk.rejects > 0)
      await db.insertEncoded({
        table: 'rejects',
        columns: rejectColumns,
        format: 'Native',
        blocks: chunk.reject_blocks,
      });
    chunk.release();
  }
  return chunks;
}

const table = z.object({ data: z.array(z.array(z.string().nullable())) });

/** Rows of a SELECT whose expressions are all texts. */
async function texts(sql: string): Promise<(string | null)[][]> {
  const answer = await engine.client.query({ query: `SELECT ${sql}`, format: 'JSONCompact' });
  return table.parse(await answer.json()).data;
}

test('the engine holds every value of every type exactly as the file has it', async () => {
  const cases: [type: string, written: string, stored: string][] = [
    ['Int8', '-128', '-128'],
    ['Int16', '32767', '32767'],
    ['Int32', '-2147483648', '-2147483648'],
    ['Int64', '-9223372036854775808', '-9223372036854775808'],
    ['Int64', '9007199254740993', '9007199254740993'],
    ['Int128', '-170141183460469231731687303715884105728', '-170141183460469231731687303715884105728'],
    ['Int256', `${2n ** 255n - 1n}`, `${2n ** 255n - 1n}`],
    ['UInt8', '255', '255'],
    ['UInt16', '65535', '65535'],
    ['UInt32', '4294967295', '4294967295'],
    ['UInt64', '18446744073709551615', '18446744073709551615'],
    ['UInt128', `${2n ** 128n - 1n}`, `${2n ** 128n - 1n}`],
    ['UInt256', `${2n ** 256n - 1n}`, `${2n ** 256n - 1n}`],
    ['Decimal(4, 2)', '-99.99', '-99.99'],
    ['Decimal(18, 4)', '-12345678901234.5678', '-12345678901234.5678'],
    ['Decimal(38, 10)', '1234567890123456789012345678.0123456789', '1234567890123456789012345678.0123456789'],
    ['Decimal(76, 30)', `-${'9'.repeat(46)}.${'1'.repeat(30)}`, `-${'9'.repeat(46)}.${'1'.repeat(30)}`],
    ['Float64', '0.1', '0.1'],
    ['Float64', '-0', '-0'],
    ['Float64', '1.7976931348623157e308', '1.7976931348623157e308'],
    ['Float32', '0.5', '0.5'],
    ['Bool', 'true', 'true'],
    ['String', '"a\\u0000\\ud83d\\ude00\\n\\"\\\\"', 'a\0😀\n"\\'],
    ['String', `"${'long '.repeat(100)}"`, 'long '.repeat(100)],
    ['JSON', '{"a": [1.50, "\\u00e9"]}', '{"a": [1.50, "\\u00e9"]}'],
    ['JSON', '"text"', '"text"'],
    ['Date', '"1900-01-01"', '1900-01-01'],
    ['Date', '"2299-12-31"', '2299-12-31'],
    ['DateTime', '"2024-02-29T23:59:59+02:00"', '2024-02-29 21:59:59'],
    ['DateTime64(3)', '"1900-01-01 00:00:00.001"', '1900-01-01 00:00:00.001'],
    ['DateTime64(6)', '"2299-12-31T23:59:59.999999Z"', '2299-12-31 23:59:59.999999'],
    ['DateTime64(9)', '"2262-04-11T23:47:15.123456789Z"', '2262-04-11 23:47:15.123456789'],
    ['DateTime64(9)', '"1969-12-31T23:59:59.999999999Z"', '1969-12-31 23:59:59.999999999'],
  ];
  const columns = cases.map(([type], index) => ({
    name: `column ${String(index)}`,
    number: index + 1,
    type: parseColumnType(type) ?? { kind: 'bool' as const },
  }));
  const plan = planFor({}, { columns, source_id: '11' });
  const full = `{${cases.map(([, written], index) => `"column ${String(index)}":${written}`).join(',')}}`;
  const nulls = `{${cases.map((_, index) => `"column ${String(index)}":null`).join(',')}}`;
  await store(plan, `${full}\n${nulls}\n{}\n`, 1 << 20);

  const cells = columns.map(({ number }) => `toString(c_${String(number)})`).join(', ');
  const [first, second, third] = await texts(`${cells} FROM data_11 ORDER BY _assay_line`);
  expect(first).toEqual(cases.map(([, , stored]) => stored));
  expect(second).toEqual(cases.map(() => null));
  expect(third).toEqual(cases.map(() => null));
  expect(
    await texts(
      'toString(_assay_line), toString(length(_assay_absent)), toString(_assay_received_at) FROM data_11 ORDER BY _assay_line',
    ),
  ).toEqual([
    ['1', '0', '2023-11-14 22:13:20'],
    ['2', '0', '2023-11-14 22:13:20'],
    ['3', String(cases.length), '2023-11-14 22:13:20'],
  ]);
});

test('a block whose rows have nothing absent, odd or undeclared is stored as such beside blocks that do', async () => {
  const plan = planFor({ id: { kind: 'int', bits: 64, signed: true } }, { source_id: '13' });
  const lines = Array.from({ length: 3_000 }, (_, index) => {
    if (index === 700) return '{}';
    if (index === 1_500) return '{"id":"x"}';
    return index === 2_200 ? '{"id":1,"note":2}' : `{"id":${String(index)}}`;
  });
  const [chunk, ...others] = await store(plan, lines.join('\n'), 1 << 20, 2_000);
  expect(others).toEqual([]);
  expect(chunk?.row_blocks.length).toBeGreaterThan(10);
  expect(
    await texts(`toString(count()), toString(countIf(c_1 = _assay_line - 1)), toString(groupArrayIf(_assay_line, _assay_absent != [])),
      toString(groupArrayIf((_assay_line, _assay_type_errors), _assay_type_errors != map())),
      toString(groupArrayIf((_assay_line, _assay_extra), _assay_extra != map())) FROM data_13`),
  ).toEqual([['3000', '2997', '[701]', `[(1501,{'c_1':'"x"'})]`, `[(2201,{'note':'2'})]`]]);
});

test('the engine counts what the reader counted, over many chunks read in threads, with lines and offsets of the whole file', async () => {
  const plan = planFor({ id: { kind: 'int', bits: 64, signed: true }, note: { kind: 'string' } }, { source_id: '12' });
  const line = (index: number): string => {
    if (index % 10 === 3) return 'no record';
    if (index % 10 === 5) return `{"id":"${String(index)}","note":"é","other":{"k":1.0}}`;
    if (index % 10 === 7) return '';
    return `{"id":${String(index)},"note":"note ${String(index)}"}`;
  };
  const lines = Array.from({ length: 20_000 }, (_, index) => line(index + 1));
  const chunks = await store(plan, lines.join('\n'), 10_000);

  expect(chunks.length).toBeGreaterThan(40);
  expect(chunks.map((chunk) => chunk.chunk_no)).toEqual(chunks.map((_, index) => index));
  const sum = (of: (chunk: ChunkRead) => number): number => chunks.reduce((total, chunk) => total + of(chunk), 0);
  expect([
    sum((chunk) => chunk.records),
    sum((chunk) => chunk.rows),
    sum((chunk) => chunk.rejects),
    sum((chunk) => chunk.lines),
  ]).toEqual([18_000, 16_000, 2_000, 20_000]);
  expect(sum((chunk) => chunk.bytes)).toBe(Buffer.byteLength(lines.join('\n')));

  expect(
    await texts(`toString(count()), toString(uniqExact(_assay_chunk_id)), toString(countIf(c_1 = _assay_line)), toString(countIf(_assay_type_errors['c_1'] = concat('"', toString(_assay_line), '"'))),
      toString(countIf(_assay_extra['other'] = '{"k":1.0}')) FROM data_12`),
  ).toEqual([['16000', String(chunks.filter((chunk) => chunk.rows > 0).length), '14000', '2000', '2000']]);
  expect(
    await texts(
      `toString(count()), toString(uniqExact(line)), toString(min(line)), toString(max(line)), any(raw) FROM rejects WHERE source_id = 12`,
    ),
  ).toEqual([['2000', '2000', '3', '19993', 'no record']]);
  const last = `toString(_assay_line), toString(_assay_byte_offset) FROM data_12 ORDER BY _assay_line DESC LIMIT 1`;
  expect(await texts(last)).toEqual([['20000', String(Buffer.byteLength(lines.slice(0, -1).join('\n')) + 1)]]);
});

test('the engine holds naughty strings as values and as names of columns', async () => {
  const corpus: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, 'testing/corpora/naughty-strings.json'), 'utf8'),
  );
  const { strings } = z.object({ strings: z.array(z.string()) }).parse(corpus);
  const naughty = [...new Set(strings.map((text) => Buffer.from(text, 'base64').toString()))];
  const columns = naughty.map((name, index) => ({ name, number: index + 1, type: { kind: 'string' as const } }));
  const plan = planFor({}, { columns, source_id: '515' });
  await store(plan, `{${naughty.map((text) => `${JSON.stringify(text)}:${JSON.stringify(text)}`).join(',')}}`, 1 << 20);
  expect((await dataColumns(db, '515')).map((column) => column.name)).toEqual(naughty);
  expect(await texts(`${columns.map(({ number }) => `c_${String(number)}`).join(', ')} FROM data_515`)).toEqual([
    naughty,
  ]);
});
