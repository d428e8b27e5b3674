import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decimal, float, identifier, join, sql, Sql, SqlError } from './sql.ts';
import { rowsOf } from './testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

const hostile = [
  '',
  "'",
  "''",
  '\\',
  "\\'",
  "'; DROP TABLE x; --",
  "') OR 1=1 --",
  '`',
  '``; SELECT 1',
  '"',
  '\0',
  'a\0b',
  '\n\r\t\b\f\v',
  '/* */ -- #',
  '{x: String}',
  '{x:Identifier}',
  '$$heredoc$$',
  '%s %d',
  '\u2028\u2029\ufeff',
  '😀 ü \u202e',
  '\\x41\\n\\u0041',
  "\\\\'",
  '__proto__',
  "' FORMAT JSON SETTINGS readonly = 0",
  'x'.repeat(5_000),
];

const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom("'", '\\', '`', '"', '\0', '\n', '--', '{a:String}', ';', 'x'), { maxLength: 12 })
    .map((parts) => parts.join('')),
);

describe('a value comes back as it went in', () => {
  test('text, one by one and in arrays', async () => {
    const texts = [...hostile, ...fc.sample(anyText, 1_500)];
    const [row] = await rowsOf(engine, sql`SELECT ${texts} AS texts, toString(length(${texts})) AS size`.text);
    expect(row?.['texts']).toEqual(texts);
    const columns = texts.slice(0, 400).map((text, index) => sql`${text} AS ${identifier(`t_${String(index)}`)}`);
    const [single] = await rowsOf(engine, sql`SELECT ${join(columns)}`.text);
    expect(Object.values(single ?? {})).toEqual(texts.slice(0, 400));
  });

  test('names', async () => {
    const names = [...new Set([...hostile, ...fc.sample(anyText, 300)])].filter(
      (name) => name !== '' && name !== '__proto__',
    );
    for (let start = 0; start < names.length; start += 40) {
      const some = names.slice(start, start + 40);
      const query = sql`SELECT ${join(some.map((name, index) => sql`${index} AS ${identifier(name)}`))}`;
      const answer = await engine.client.query({ query: query.text, format: 'JSONCompactEachRowWithNames' });
      const [header] = await answer.json<unknown[]>();
      expect(header).toEqual(some);
    }
  });

  test('whole numbers of any length and decimals to the last digit', async () => {
    const whole = fc.sample(fc.bigInt({ min: -(2n ** 255n), max: 2n ** 256n - 1n }), 200);
    const edges = [
      0n,
      -1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 64n - 1n,
      2n ** 64n,
      -(2n ** 63n) - 1n,
      2n ** 255n,
      2n ** 256n - 1n,
    ];
    const numbers = [...edges, ...whole];
    const [row] = await rowsOf(
      engine,
      sql`SELECT array(${join(numbers.map((value) => sql`toString(${value})`))}) AS shown`.text,
    );
    expect(row?.['shown']).toEqual(numbers.map(String));
    const decimals = ['0.5', '-0.5', '123456789012345678901234567890.123456789', '-1.05', `0.${'1'.repeat(70)}`];
    const [exact] = await rowsOf(
      engine,
      sql`SELECT array(${join(decimals.map((text) => sql`toString(${decimal(text)})`))}) AS shown`.text,
    );
    expect(exact?.['shown']).toEqual(decimals);
  });

  test('true, false, NULL, floats, and negative numbers behind an operator', async () => {
    const [row] = await rowsOf(
      engine,
      sql`SELECT ${true} AS t, ${false} AS f, ${null} AS n, 5 - ${-3} AS eight, ${float(0.95)} AS level, 1-${float(-1e-7)} > 1 AS more`
        .text,
    );
    expect(row).toEqual({ t: true, f: false, n: null, eight: 8, level: 0.95, more: 1 });
  });
});

describe('refuses what it cannot say unchanged', () => {
  test.each([
    ['half a surrogate pair', () => sql`${'\ud800'}`],
    ['half a surrogate pair in a name', () => identifier('x\udfff')],
    ['an empty name', () => identifier('')],
    ['a fraction without a type', () => sql`${0.5}`],
    ['a number that is no longer exact', () => sql`${2 ** 53}`],
    ['no number', () => sql`${Number.NaN}`],
    ['infinity', () => float(Infinity)],
    ['more than 256 bits', () => sql`${2n ** 256n}`],
    ['digits that are none', () => decimal('1e5')],
    ['text after digits', () => decimal('1.5; DROP TABLE x')],
    ['77 digits', () => decimal(`${'1'.repeat(76)}.1`)],
  ])('%s', (_, make) => {
    expect(make).toThrow(SqlError);
  });

  test('a template that was not written in source code', () => {
    const strings = Object.assign(['DROP TABLE x'], { raw: ['DROP TABLE x'] });
    expect(() => Sql.template(strings, [])).toThrow(SqlError);
    expect(() => sql(strings)).toThrow('never built from a string');
  });
});
