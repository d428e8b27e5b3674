import { TupleParam } from '@clickhouse/client';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

// The default differs between versions.
const QUOTED = { output_format_json_quote_64bit_integers: 1 } as const;

async function ask(query: string, query_params: Record<string, unknown>, multipart = false): Promise<unknown> {
  const result = await engine.client.query({
    query,
    query_params,
    format: 'JSONCompactEachRow',
    use_multipart_params: multipart,
    clickhouse_settings: QUOTED,
  });
  return (await result.json<unknown[]>())[0]?.[0];
}

// Valid text of any script, with all that means something in SQL.
const anyString = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '\\',
        '$$',
        '/*',
        '*/',
        '--',
        '#',
        '\n',
        '\r',
        '\t',
        '\b',
        '\0',
        ';',
        '{',
        '}',
        ':',
        '\\N',
        '%',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text !== '\\N');

it('takes any string and gives the same back, from URL and multipart', async () => {
  await fc.assert(
    fc.asyncProperty(anyString, fc.boolean(), async (text, multipart) => {
      expect(await ask('SELECT {s: String}', { s: text }, multipart)).toBe(text);
    }),
    { numRuns: 150 },
  );
});

it('takes any strings in arrays, maps and tuples', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyString, { minLength: 1, maxLength: 4 }), async (texts) => {
      expect(await ask('SELECT {a: Array(String)}', { a: texts })).toEqual(texts);
      expect(await ask('SELECT {a: Map(String, Array(String))}', { a: { k: texts } })).toEqual({ k: texts });
      const [first] = texts;
      expect(
        await ask('SELECT {a: Tuple(String, Nullable(String), UInt8)}', { a: new TupleParam([first, null, 3]) }),
      ).toEqual([first, null, 3]);
    }),
    { numRuns: 60 },
  );
});

it('takes any name for an identifier', async () => {
  const name = anyString.filter((text) => text !== '' && !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(name, async (column) => {
      const result = await engine.client.query({
        query: 'SELECT {n: Identifier} FROM (SELECT 42 AS {n: Identifier})',
        query_params: { n: column },
        format: 'JSONCompact',
      });
      expect(await result.json()).toMatchObject({ meta: [{ name: column }], data: [[42]] });
    }),
    { numRuns: 100 },
  );
});

it('replaces placeholders only where they are SQL', async () => {
  const query = `SELECT /* {p: String} */ '{p: String}' /* ' */ AS a, -- {p: String} '
    $$ {p: String} ' $$ AS b, $x$ {p: String} $$ $x$ AS c, {p /* : */ : String} AS d, "{p: String}", \`{p: String}\`
    FROM (SELECT 1 AS "{p: String}") # {p: String}`;
  const result = await engine.client.query({
    query,
    query_params: { p: "'; DROP TABLE x; -- {p: String}" },
    format: 'JSONCompactEachRow',
  });
  expect(await result.json()).toEqual([
    ['{p: String}', " {p: String} ' ", ' {p: String} $$ ', "'; DROP TABLE x; -- {p: String}", 1, 1],
  ]);
});

it.each([
  ['{v: UInt64}', 18_446_744_073_709_551_615n, '18446744073709551615'],
  ['{v: Int64}', -9_223_372_036_854_775_808n, '-9223372036854775808'],
  ['toString({v: UInt256})', 2n ** 256n - 1n, (2n ** 256n - 1n).toString()],
  ['toString({v: Decimal(38, 10)})', '12345678901234567890.0123456789', '12345678901234567890.0123456789'],
  ['toString({v: Float64})', 0.1, '0.1'],
  ['toString({v: Float64})', Number.NEGATIVE_INFINITY, '-inf'],
  ['isNaN({v: Float64})', Number.NaN, 1],
  ['{v: Bool}', true, true],
  ['and({v: Boolean}, {v: Boolean})', false, false],
  ['{v: Nullable(UInt8)} IS NULL', null, 1],
  ['{v: Nullable(String)} IS NULL', undefined, 1],
  ['{v: LowCardinality(Nullable(String))} IS NULL', null, 1],
  ['{v: Nullable(String)}', 'NULL', 'NULL'],
  ['{v: Array(Nullable(String))}', ['a', null], ['a', null]],
  ['{v: Array(Bool)}', [true, false], [true, false]],
  ['{v: Array(UInt64)}', [], []],
  ['{v: Array(Array(Int32))}', [[1, 2], [3]], [[1, 2], [3]]],
  ['{v: Map(Int32, Tuple(Int32, String))}', new Map([[42, new TupleParam([1, "x'y"])]]), { 42: [1, "x'y"] }],
  ['{v: Map(String, Nullable(Int32))}', { a: 1, b: null }, { a: 1, b: null }],
  ["toString({v: DateTime('UTC')})", new Date(Date.UTC(2022, 4, 2, 13, 25, 55)), '2022-05-02 13:25:55'],
  ["toString({v: DateTime64(3, 'UTC')})", new Date(Date.UTC(2022, 4, 2, 13, 25, 55, 789)), '2022-05-02 13:25:55.789'],
  ["toString({v: DateTime64(9, 'UTC')})", '1651490755.123456789', '2022-05-02 11:25:55.123456789'],
  ['toString({v: Date})', '2022-05-02', '2022-05-02'],
  ['toString({v: UUID})', '61f0c404-5cb3-11e7-907b-a6006ad3dba0', '61f0c404-5cb3-11e7-907b-a6006ad3dba0'],
  ["toString({v: Enum8('a}' = 1, 'b' = 2)})", 'a}', 'a}'],
  ['toString({v: FixedString(3)})', 'abc', 'abc'],
  ['toString({v: IPv4})', '10.0.0.1', '10.0.0.1'],
  ['number FROM numbers(10) WHERE number = {v: UInt64} LIMIT {v: UInt8} OFFSET 0', 1, '1'],
  ['number FROM numbers(5) WHERE number IN {v: Array(UInt64)}', [3, 9], '3'],
  ["toDate('2020-01-01') + INTERVAL {v: Int32} DAY", 2, '2020-01-03'],
  ['quantileExact({v: Float64})(number) FROM numbers(101)', 0.5, '50'],
  ['toTypeName({v: UInt32})', 1, 'UInt32'],
  ["toTypeName(CAST('a', {v: String}))", "Enum('a' = 1)", "Enum8('a' = 1)"],
])('takes %s', async (expression, value, expected) => {
  expect(await ask(`SELECT ${expression}`, { v: value })).toEqual(expected);
});

it('uses parameters in commands and inserts too', async () => {
  const table = 'named`"\'\\ {x: String}';
  await engine.client.command({
    query: 'CREATE TABLE {t: Identifier} (a UInt8, b String) ENGINE = MergeTree ORDER BY a',
    query_params: { t: table },
  });
  await engine.client.command({
    query: 'INSERT INTO {t: Identifier} (a, b) VALUES (1, {b: String}), (2, upper({b: String}))',
    query_params: { t: table, b: "x'); --" },
  });
  await engine.client.insert({
    table: '{t: Identifier}',
    values: [{ a: 3, b: 'z' }],
    format: 'JSONEachRow',
    query_params: { t: table },
  });
  const rows = await engine.client.query({
    query: 'SELECT a, b FROM {t: Identifier} ORDER BY a',
    query_params: { t: table },
    format: 'JSONCompactEachRow',
  });
  expect(await rows.json()).toEqual([
    [1, "x'); --"],
    [2, "X'); --"],
    [3, 'z'],
  ]);
  await engine.client.command({ query: 'DROP TABLE {t: Identifier}', query_params: { t: table } });
});

it('takes parameters longer than a URL', async () => {
  const many = Array.from({ length: 50_000 }, (_, index) => `value '${index}'`);
  expect(await ask('SELECT length({a: Array(String)})', { a: many })).toBe('50000');
  expect(await ask('SELECT length({s: String})', { s: 'é'.repeat(1_000_000) })).toBe('2000000');
});

it.each([
  ['SELECT {missing: String}', {}, '456'],
  ['SELECT {n: UInt8}', { n: 'abc' }, /^(?:6|27|41|72|457)$/],
  ['SELECT {n: NoSuchType}', { n: '1' }, '50'],
])('refuses %s', async (query, query_params, code) => {
  const failure = await engine.client.query({ query, query_params }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(failure).toMatchObject({ code: typeof code === 'string' ? code : expect.stringMatching(code) });
});
