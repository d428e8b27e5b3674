import { formatColumnType, parseColumnType } from '@assay/rules';
import { describe, expect, test } from 'vitest';
import type { CsvLayout, ReadPlan, TextLayout } from './define.ts';
import { guessColumns } from './guess-plan.ts';
import type { NewColumn } from './infer-type.ts';
import { planFor, readAll, type DecodedFile } from './testing/read-all.ts';
import { widenPlan, type NearlyStrictColumn } from './widen-plan.ts';

const jsonl: TextLayout = { format: 'jsonl' };

interface FirstFile {
  readonly columns: readonly NewColumn[];
  readonly read: DecodedFile;
  readonly readings: number;
  readonly nearly_strict: readonly NearlyStrictColumn[];
}

/** Reads a first file as the loading does: guess from a sample, read all, widen, until it holds. */
async function readFirst(
  file: string,
  options: { sample_bytes?: number; layout?: TextLayout; columns_max?: number } = {},
): Promise<FirstFile> {
  const layout = options.layout ?? jsonl;
  const limits = { record_bytes_max: 1 << 20, depth_max: 100, columns_max: options.columns_max ?? 1000 };
  const bytes = Buffer.from(file);
  const sample = bytes.subarray(0, options.sample_bytes ?? bytes.length);
  let columns: readonly NewColumn[] = guessColumns(
    [{ bytes: sample, base_offset: 0, last: sample.length === bytes.length }],
    layout,
    limits,
  );
  const nearly_strict: NearlyStrictColumn[] = [];
  for (let readings = 1; ; readings++) {
    const plan: ReadPlan = planFor(
      {},
      { layout, limits, mode: 'inferred', columns: columns.map((column, index) => ({ ...column, number: index + 1 })) },
    );
    const read = await readAll(file, plan, { chunk_bytes: 1000 });
    const widened = widenPlan(plan, read.totals);
    nearly_strict.push(...widened.nearly_strict);
    if (!widened.changed) return { columns, read, readings, nearly_strict };
    columns = widened.columns;
  }
}

const typesOf = (columns: readonly NewColumn[]) =>
  Object.fromEntries(columns.map(({ name, type }) => [name, formatColumnType(type)]));
const lines = (key: string, values: readonly string[]): string =>
  values.map((value) => `{"${key}":${value}}\n`).join('');

describe('the type of a column of a first file', () => {
  const many = (value: string, count: number): string[] => Array.from({ length: count }, () => value);
  const cases: [name: string, values: string[], type: string][] = [
    ['integers', ['1', '-2', '0', 'null'], 'Int64'],
    ['integers past 64 bits', ['1', '9223372036854775808'], 'Int128'],
    ['integers past 128 bits', ['1', String(2n ** 200n)], 'Int256'],
    ['integers past 256 bits', ['1', '9'.repeat(90)], 'JSON'],
    ['numbers with a point: the longest scale', ['1.5', '1.25', '3'], 'Decimal(18, 2)'],
    ['long numbers with a point', ['1234567890123456789.5', '0.123'], 'Decimal(38, 3)'],
    ['numbers with more digits than a Decimal holds', [`${'9'.repeat(30)}.5`, `0.${'1'.repeat(20)}`], 'JSON'],
    ['exponents throughout', ['1e5', '2.5E-3'], 'Float64'],
    ['exponents among other numbers', ['1e5', '2'], 'JSON'],
    ['exponents that overflow', ['1e400', '1e5'], 'JSON'],
    ['exponents with more digits than a float keeps', ['1.2345678901234567890e5', '1e5'], 'JSON'],
    ['minus zero', ['-0', '1'], 'JSON'],
    ['booleans', ['true', 'false'], 'Bool'],
    ['strings', ['"a"', '"1"'], 'String'],
    ['numbers in strings', ['"1"', '"2"'], 'String'],
    ['dates', ['"2024-02-29"', '"1999-01-01"'], 'Date'],
    ['dates of which one does not exist', ['"2024-02-29"', '"2023-02-29"'], 'String'],
    ['timestamps with Z', ['"2024-01-01T00:00:00Z"', '"2024-01-01T00:00:00.123Z"'], 'DateTime64(3)'],
    ['timestamps without offset', ['"2024-01-01 00:00:00"', '"2024-01-01 10:00:00"'], "DateTime64(0, 'UTC')"],
    ['timestamps with microseconds', ['"2024-01-01T00:00:00.123456+02:00"'], 'DateTime64(6)'],
    ['timestamps in two forms', ['"2024-01-01T00:00:00Z"', '"2024-01-01 00:00:00"'], 'String'],
    ['dates and timestamps', ['"2024-01-01T00:00:00Z"', '"2024-01-01"'], 'String'],
    ['mixed JSON types', ['1', '"1"'], 'JSON'],
    ['nested values', ['{"a":1}', '[1]'], 'JSON'],
    ['nothing but nulls', ['null', 'null'], 'JSON'],
    ['integers, one of a hundred a text', [...many('1', 99), '"x"'], 'JSON'],
  ];
  test.each(cases)('%s', async (_name, values, type) => {
    const first = await readFirst(lines('v', values));
    expect(typesOf(first.columns)).toEqual({ v: type });
    expect(first.read.totals.columns[0]?.type_errors).toBe(0);
    const parsed = parseColumnType(type);
    expect(parsed).toEqual(first.columns[0]?.type);
  });

  test.each(cases)('%s, when the sample shows only the first value', async (_name, values, type) => {
    const first = await readFirst(lines('v', values), { sample_bytes: lines('v', values.slice(0, 1)).length });
    expect(first.read.totals.columns[0]?.type_errors).toBe(0);
    expect(first.readings).toBeLessThanOrEqual(3);
    // Of a Decimal only the scale is what the values need; how many digits they have is not known when it is widened.
    const [column] = first.columns;
    if (type.startsWith('Decimal'))
      expect(column?.type).toMatchObject({ kind: 'decimal', scale: Number(/, (\d+)/.exec(type)?.[1]) });
    else expect(typesOf(first.columns)).toEqual({ v: type });
  });

  test('no value of a first file is a type error, and every value is kept as written', async () => {
    const values = ['1', '2.50', '1e5', '"x"', '-0', '9007199254740993', 'true', '{"a": 1.0}', 'null'];
    const { read } = await readFirst(lines('v', values), { sample_bytes: 8 });
    expect(read.rows.map((row) => row.values[0])).toEqual([...values.slice(0, -1), null]);
  });
});

describe('columns of a first file', () => {
  test('are all fields, also those that the sample did not show', async () => {
    const file = `{"b":1}\n${'{"b":2,"a":"x"}\n'.repeat(3)}{"b":3,"late":true}\n`;
    const { columns, readings, read } = await readFirst(file, { sample_bytes: 8 });
    expect(typesOf(columns)).toEqual({ b: 'Int64', a: 'String', late: 'Bool' });
    expect(readings).toBe(2);
    expect(read.rows.every((row) => row.extra.size === 0)).toBe(true);
  });

  test('are at most as many as the limit says; the rest stays undeclared', async () => {
    const file = Array.from({ length: 30 }, (_, index) => `{"id":${String(index)},"key ${String(index)}":1}\n`).join(
      '',
    );
    const { columns, read } = await readFirst(file, { columns_max: 5 });
    expect(columns).toHaveLength(5);
    expect(columns[0]?.name).toBe('id');
    expect(read.rows.filter((row) => row.extra.size === 1)).toHaveLength(26);
    expect(read.totals.extras.size).toBe(26);
  });

  test('of a CSV file are its fields, with text where nothing stricter holds', async () => {
    const layout: CsvLayout = {
      format: 'csv',
      delimiter: ',',
      line_end: 'lf',
      header: true,
      null_tokens: [],
      fields: ['id', 'zip', 'price', 'day', 'flag', 'empty', 'odd'],
    };
    const file = 'id,zip,price,day,flag,empty,odd\n1,01234,9.99,2024-02-29,true,,1\n2,12345,10,2024-03-01,false,,x\n';
    const { columns, read } = await readFirst(file, { layout });
    expect(typesOf(columns)).toEqual({
      id: 'Int64',
      zip: 'String',
      price: 'Decimal(18, 2)',
      day: 'Date',
      flag: 'Bool',
      empty: 'String',
      odd: 'String',
    });
    expect(read.rows.map((row) => row.values[1])).toEqual(['01234', '12345']);
  });
});

describe('a column of which nearly all values fit a strict type', () => {
  const file = (odd: number): string =>
    lines(
      'n',
      Array.from({ length: 1000 }, (_, index) => (index < odd ? '"oops"' : String(index))),
    );

  test('stays text but tells the type and the odd lines', async () => {
    const { columns, nearly_strict, readings } = await readFirst(file(3));
    expect(typesOf(columns)).toEqual({ n: 'JSON' });
    expect(readings).toBe(2);
    expect(nearly_strict).toEqual([
      { name: 'n', type: 'Int64', fits: 997, misfits: 3, odd: [1, 2, 3].map((line) => ({ line, raw: '"oops"' })) },
    ]);
  });

  test('says nothing when more than one of a hundred is odd', async () => {
    expect((await readFirst(file(11))).nearly_strict).toEqual([]);
  });
});
