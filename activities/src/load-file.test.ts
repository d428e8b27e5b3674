import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  commitOfLoad,
  profilesOfCheck,
  publishedView,
  rejectsOfLoad,
  resultsOfCheck,
  sourceByName,
  type Load,
} from '@assay/clickhouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function profiles(load: Load) {
  const found = await profilesOfCheck(stack.db, load);
  return Object.fromEntries(found.map((column) => [column.column, column]));
}

/** What a query gives as a Parquet file. */
async function parquet(select: string): Promise<Buffer> {
  const answer = await stack.engine.client.exec({ query: `${select} FORMAT Parquet` });
  return Buffer.concat(await answer.stream.toArray());
}

async function columnsOf(source: string): Promise<unknown> {
  return JSON.parse((await sourceByName(stack.db, source))?.columns ?? 'null');
}

describe('a file', () => {
  test('becomes rows and rejects, a verdict and a published load', async () => {
    const { load, finished } = await stack.ingest({
      source: 'first',
      name: 'a.jsonl',
      bytes: '{"id":1,"amount":1.50}\n{"id":2,"amount":null}\nnot json\n{"id":3}\n',
    });
    expect(load).toMatchObject({
      state: 'loaded',
      verdict: 'warn',
      records: '4',
      rows: '3',
      rejects: '1',
      format: 'jsonl',
    });
    expect(finished).toMatchObject({ state: 'loaded', swept: '0' });
    const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
    expect(commit?.state).toBe('published');
    const rejects = await rejectsOfLoad(stack.db, {
      load_id: load.load_id,
      chunk_ids: commit?.chunk_ids ?? [],
      limit: 9,
      offset: 0,
    });
    expect(rejects).toMatchObject([{ line: '3', byte_offset: '46', reason_code: 'not_json', raw: 'not json' }]);
    expect((await profiles(load))['amount']).toMatchObject({ nulls: '2', absent: '1', type_errors: '0', min: '1.5' });
  });

  test.each([
    ['gzip', gzipSync('{"a":1}\n')],
    ['zstd', zstdCompressSync('{"a":1}\n')],
    ['none', Buffer.from('a\n1\n')],
  ])('stored with %s is read for what it is, whatever its name says', async (compression, bytes) => {
    const { load } = await stack.ingest({ source: `packed-${compression}`, name: 'misleading.txt', bytes });
    expect(load).toMatchObject({ state: 'loaded', rows: '1', compression });
  });

  test('of Parquet keeps its types: decimals, times, nested values and 64-bit numbers', async () => {
    const rows = `SELECT number AS id, toDecimal64(number, 2) / 4 AS amount, toDateTime64('2026-11-01 10:00:00.125', 3, 'UTC') AS at,
      18446744073709551615 AS big, [number, number + 1] AS list, if(number = 2, NULL, 'x') AS note FROM numbers(5)`;
    const bytes = await parquet(rows);
    const { load } = await stack.ingest({ source: 'parquet', name: 'a.parquet', bytes });
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '5', format: 'parquet' });
    const found = await profiles(load);
    expect(found['big']).toMatchObject({ type: 'UInt64', max: '18446744073709551615' });
    expect(found['amount']).toMatchObject({ max: '1' });
    expect(found['note']).toMatchObject({ nulls: '1' });
    expect(found['list']).toMatchObject({ type: 'JSON', distinct: '5' });
  });

  test('of Parquet is read by its own types: a declared timestamp format concerns what is written as text or number', async () => {
    await stack.describe(
      'parquet-times',
      `source: parquet-times
columns:
  at: { type: 'DateTime64(3)', timestamp_format: '%d/%m/%Y %H:%M' }
  written: { type: DateTime, timestamp_format: '%d/%m/%Y %H:%M' }
  counted: { type: 'DateTime64(3)', timestamp_format: epoch_ms }
`,
    );
    const bytes = await parquet(
      "SELECT toDateTime64('2026-11-01 10:00:00.125', 3, 'UTC') AS at, '02/11/2026 10:00' AS written, 1793613600125 AS counted",
    );
    const { load } = await stack.ingest({ source: 'parquet-times', name: 'a.parquet', bytes });
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '1' });
    const found = await profiles(load);
    expect(found['at']).toMatchObject({ type_errors: '0', min: '2026-11-01T10:00:00.125Z' });
    expect(found['written']).toMatchObject({ type_errors: '0', min: '2026-11-02T10:00:00Z' });
    expect(found['counted']).toMatchObject({ type_errors: '0', min: '2026-11-02T10:00:00.125Z' });
  });

  test('of Parquet that claims more rows than it has is refused: none of them may be missing in silence', async () => {
    const bytes = await parquet('SELECT number AS id FROM numbers(100)');
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    // The first number 100 of the footer, as Thrift writes it, is the number of rows.
    const claim = bytes.indexOf(Buffer.from([0x16, 0xc8, 0x01]), footer);
    bytes[claim + 1] = 0xca;
    const { load } = await stack.ingest({ source: 'claiming', name: 'a.parquet', bytes });
    expect(load).toMatchObject({
      state: 'refused',
      records: '0',
      reason:
        'The Parquet file is damaged: its metadata claims 101 rows, but 100 were found. Write it anew and send it again.',
    });
    expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toBeUndefined();
  });

  test('that is empty is a load of no records with a finding', async () => {
    const { load } = await stack.ingest({ source: 'empty', name: 'nothing.jsonl', bytes: '\n \n' });
    expect(load).toMatchObject({ state: 'loaded', records: '0', findings: ['The file is empty: it has no records.'] });
  });

  test('that is nothing but a header says so', async () => {
    const { load } = await stack.ingest({ source: 'header-only', name: 'a.csv', bytes: 'id,name\n' });
    expect(load).toMatchObject({ state: 'loaded', records: '0', findings: ['The file has a header and no records.'] });
  });

  test('that is cut off keeps what could be read, is marked damaged and held back', async () => {
    const whole = gzipSync(Buffer.from('{"a":1}\n'.repeat(20_000)), { level: 0 });
    const { load } = await stack.ingest({ source: 'cut', name: 'cut.gz', bytes: whole.subarray(0, 80_000) });
    expect(load).toMatchObject({ state: 'partial', verdict: 'error' });
    expect(load.reason).toMatch(/stops in the middle/);
    expect(Number(load.rows)).toBeGreaterThan(9_000);
    expect((await commitOfLoad(stack.db, load.source_id, load.load_id))?.state).toBe('held');

    const checked = await stack.recheck(load);
    expect(checked).toMatchObject({ state: 'partial', verdict: 'error', summary: load.summary });
    expect(checked.check_id).not.toBe(load.check_id);
  });

  test.each([
    ['an HTML page', '<!doctype html><title>502 Bad Gateway</title>', /HTML/],
    ['a JSON array', '[{"a":1},\n{"a":2}]', /array/i],
    ['a zip archive', Buffer.from('504b0304140000000800', 'hex'), /zip/i],
  ])('that is %s is refused with one sentence and leaves nothing', async (_, bytes, reason) => {
    const { load, finished } = await stack.ingest({ source: 'refusing', name: 'odd', bytes });
    expect(load).toMatchObject({ state: 'refused', verdict: 'error', records: '0' });
    expect(load.reason).toMatch(reason);
    expect(finished.raised).toBe(1);
    expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toBeUndefined();
  });

  test('past a limit of its source is refused by the name of the limit', async () => {
    await stack.describe('limited', 'source: limited\nlimits: { rows_max: 2 }\n');
    const { load } = await stack.ingest({ source: 'limited', name: 'a', bytes: '{"a":1}\n{"a":2}\n{"a":3}\n' });
    expect(load).toMatchObject({ state: 'refused' });
    expect(load.reason).toMatch(/rows_max/);
  });
});

describe('a first file', () => {
  test('decides the columns, widened until every value fits', async () => {
    const lines = Array.from({ length: 40_000 }, (_, n) => `{"n":${String(n)},"pad":"${'x'.repeat(100)}"}`);
    lines[21_111] = '{"n":99999999999999999999,"pad":"y"}';
    const { load } = await stack.ingest({ source: 'widened', name: 'a', bytes: lines.join('\n') });
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '40000', rejects: '0' });
    expect(await columnsOf('widened')).toEqual([
      { name: 'n', type: 'Int128' },
      { name: 'pad', type: 'String' },
    ]);
    expect((await profiles(load))['n']).toMatchObject({ max: '99999999999999999999', type_errors: '0' });
  });

  test('leaves a column without values open, and the first file with values decides it', async () => {
    await stack.ingest({ source: 'opened', name: 'a.csv', bytes: 'id,surcharge\n1,\n2,\n' });
    expect(await columnsOf('opened')).toEqual([
      { name: 'id', type: 'Int64' },
      { name: 'surcharge', type: '' },
    ]);
    const { load } = await stack.ingest({ source: 'opened', name: 'b.csv', bytes: 'id,surcharge\n3,2.50\n4,\n' });
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass' });
    expect((await profiles(load))['surcharge']).toMatchObject({ nulls: '1', max: '2.5' });
    expect(await columnsOf('opened')).toMatchObject([{ type: 'Int64' }, { type: 'Decimal(18, 2)' }]);
  });

  test('without a column, such as an empty one, leaves all columns to the next', async () => {
    await stack.ingest({ source: 'late', name: 'a.jsonl', bytes: '' });
    const { load } = await stack.ingest({ source: 'late', name: 'b.jsonl', bytes: '{"id":1}\n' });
    expect(await columnsOf('late')).toEqual([{ name: 'id', type: 'Int64' }]);
    expect(load.findings).toEqual([]);
    expect((await profiles(load))['id']).toMatchObject({ max: '1' });
  });

  test('keeps declared columns as declared and infers the others', async () => {
    await stack.describe('mixed', 'source: mixed\ncolumns:\n  zip: { type: String }\n  n: { type: Int8 }\n');
    const { load } = await stack.ingest({ source: 'mixed', name: 'a', bytes: '{"zip":"01234","n":300,"x":1.5}\n' });
    expect(await columnsOf('mixed')).toMatchObject([
      { name: 'zip', type: 'String' },
      { name: 'n', type: 'Int8' },
      { name: 'x', type: 'Decimal(18, 1)' },
    ]);
    expect((await profiles(load))['n']).toMatchObject({ type_errors: '1', nulls: '0' });
  });

  test('and another at the same moment: one decides, the other is read by its columns', async () => {
    await stack.describe('raced', '');
    const sent = await Promise.all(
      ['{"v":1}\n', '{"v":"text"}\n'].map((bytes, n) => stack.send({ source: 'raced', name: String(n), bytes })),
    );
    const loads = await Promise.all(sent.map((about) => stack.finished(about)));
    expect(loads.map((load) => load.state)).toEqual(['loaded', 'loaded']);
    const columns = await columnsOf('raced');
    expect(columns).toHaveLength(1);
    const commits = await Promise.all(loads.map((load) => commitOfLoad(stack.db, load.source_id, load.load_id)));
    expect(new Set(commits.map((commit) => commit?.columns)).size).toBe(1);
  });

  test('with one odd value in a hundred stays text and says which line and what to do', async () => {
    const lines = Array.from({ length: 300 }, (_, n) => `{"n":${n === 149 ? '"n/a"' : String(n)}}`);
    const { load } = await stack.ingest({ source: 'nearly', name: 'a', bytes: lines.join('\n') });
    expect(load.findings).toHaveLength(1);
    expect(load.findings[0]).toMatch(/"n" .* 299 of 300 values are Int64, but line 150 has .*n\/a/);
  });
});

test('the view of a source shows the rows of published loads under their real names, those of withdrawn and held ones not', async () => {
  const first = await stack.ingest({ source: 'shown', name: 'a', bytes: '{"the \\"id\\"":1,"":true}\n' });
  await stack.ingest({ source: 'shown', name: 'b', bytes: '{"the \\"id\\"":2,"":false}\n' });
  const cut = gzipSync(Buffer.from('{"the \\"id\\"":3}\n'.repeat(9_000)), { level: 0 }).subarray(0, 70_000);
  await stack.ingest({ source: 'shown', name: 'c', bytes: cut });
  const { rows } = await stack.db.statement(
    `SELECT \`the "id"\` AS id, line FROM ${publishedView(first.load.source_id)} ORDER BY id`,
  );
  expect(rows).toEqual([
    { id: '1', line: '1' },
    { id: '2', line: '1' },
  ]);
});

test('deleting a rule settles its open incident, and leaves those of other rules', async () => {
  const yaml = (rules: string) => `source: deleting\nrules:\n  - { id: kept, not_null: { column: a } }\n${rules}`;
  await stack.describe('deleting', yaml('  - { id: gone, not_null: { column: b } }\n'));
  const { load } = await stack.ingest({ source: 'deleting', name: 'a', bytes: '{"a":null,"b":null}\n{"a":1,"b":1}\n' });
  const statuses = async () => {
    const { rows } = await stack.db.statement(
      `SELECT rule_id, status, reason FROM incidents FINAL WHERE source_id = ${load.source_id} ORDER BY rule_id`,
    );
    return rows;
  };
  await eventually(statuses, (rows) => rows.length === 2);
  await stack.describe('deleting', yaml(''));
  const settled = await eventually(statuses, (rows) => rows.some((row) => row['status'] === 'resolved'));
  expect(settled).toEqual([
    { rule_id: 'gone', status: 'resolved', reason: 'rule_deleted' },
    { rule_id: 'kept', status: 'triggered', reason: '' },
  ]);
});

describe('a later file', () => {
  test('with a new column keeps its values, reports drift, and leaves the schema alone', async () => {
    await stack.ingest({ source: 'drifting', name: 'a', bytes: '{"id":1}\n' });
    const { load } = await stack.ingest({ source: 'drifting', name: 'b', bytes: '{"id":2,"new_one":{"x":1.50}}\n' });
    expect(load.findings[0]).toMatch(/not declared: "new_one"/);
    expect(await columnsOf('drifting')).toEqual([{ name: 'id', type: 'Int64' }]);
  });

  test('with values that no longer fit keeps the rows and counts type errors', async () => {
    await stack.ingest({ source: 'misfit', name: 'a', bytes: '{"id":1}\n' });
    const { load } = await stack.ingest({ source: 'misfit', name: 'b', bytes: '{"id":"one"}\n{"id":2}\n' });
    expect(load).toMatchObject({ state: 'loaded', verdict: 'warn', rows: '2' });
    const results = await resultsOfCheck(stack.db, load.load_id, load.check_id);
    expect(results.find((result) => result.kind === 'type_errors')).toMatchObject({
      verdict: 'warn',
      rows_failed: '1',
    });
  });
});
