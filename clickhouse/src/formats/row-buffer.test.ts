import { parseColumnType } from '@assay/rules';
import { describe, expect, test } from 'vitest';
import type { CsvLayout, PlannedColumn } from './define.ts';
import { planFor, readAll, type DecodedFile } from './testing/read-all.ts';

/** Reads CSV whose columns are declared by type; a field that no column is named after is undeclared. */
async function readCsv(
  file: string,
  types: Readonly<Record<string, string>>,
  change: Partial<CsvLayout> = {},
): Promise<DecodedFile> {
  const [header = ''] = file.split('\n');
  const layout: CsvLayout = {
    format: 'csv',
    delimiter: ',',
    line_end: 'lf',
    header: true,
    null_tokens: [],
    fields: header.split(','),
    ...change,
  };
  const columns = Object.entries(types).map(([name, type], index): PlannedColumn => ({
    name,
    number: index + 1,
    type: parseColumnType(type) ?? { kind: 'string' },
  }));
  return readAll(file, planFor({}, { layout, columns }));
}

describe('fields of a CSV file', () => {
  test('are values by their text, quoted or not', async () => {
    const types = {
      i: 'Int64',
      d: 'Decimal(6, 2)',
      f: 'Float64',
      b: 'Bool',
      day: 'Date',
      at: 'DateTime64(3)',
      s: 'String',
      j: 'JSON',
    };
    const { rows } = await readCsv(
      'i,d,f,b,day,at,s,j\n' +
        '-5,1.50,1e-3,true,2024-02-29,2024-02-29 10:00:00.5,"a ""quoted"" word","{""k"": 1.0}"\n' +
        '"-5","1.50","2.5","False","2024-02-29","2024-02-29T10:00:00.500Z","two\nlines","[1]"\n',
      types,
    );
    expect(rows.map(({ line, values, typeErrors }) => [line, values, typeErrors.size])).toEqual([
      [2, ['-5', '150', '0.001', 'true', '19782', '1709200800500', 'a "quoted" word', '{"k": 1.0}'], 0],
      [3, ['-5', '150', '2.5', 'false', '19782', '1709200800500', 'two\nlines', '[1]'], 0],
    ]);
  });

  test('that do not fit leave NULL and their text', async () => {
    const { rows, totals } = await readCsv('i,d,j,b\n007,+1,{oops,yes\n1e5,1.239,"a ""b""",0\n 1,.5,,\n', {
      i: 'Int64',
      d: 'Decimal(6, 2)',
      j: 'JSON',
      b: 'Bool',
    });
    expect(
      rows.map(({ values, typeErrors }) => [values.every((value) => value === null), [...typeErrors.values()]]),
    ).toEqual([
      [true, ['007', '+1', '{oops', 'yes']],
      [true, ['1e5', '1.239', 'a "b"', '0']],
      [true, [' 1', '.5']],
    ]);
    expect(totals.columns.map(({ nulls, type_errors }) => [nulls, type_errors])).toEqual([
      [0, 3],
      [0, 3],
      [1, 2],
      [1, 2],
    ]);
  });

  test('that nobody declared are kept as JSON text, and columns that the file lacks are absent', async () => {
    const { rows, totals } = await readCsv('a,x,y\n1,"say ""hi""\n\tagain",\n2,\\,z\n', { a: 'Int64', gone: 'String' });
    expect(rows.map(({ values, absent, extra }) => [values, absent, [...extra]])).toEqual([
      [
        ['1', null],
        ['2'],
        [
          ['x', '"say \\"hi\\"\\u000a\\u0009again"'],
          ['y', 'null'],
        ],
      ],
      [
        ['2', null],
        ['2'],
        [
          ['x', '"\\\\"'],
          ['y', '"z"'],
        ],
      ],
    ]);
    expect(totals.columns.map(({ absent, nulls }) => [absent, nulls])).toEqual([
      [0, 0],
      [2, 0],
    ]);
  });
});

describe('a plan with many columns', () => {
  test('keeps a thousand columns apart, over many batches', async () => {
    const columns = Array.from({ length: 1000 }, (_, index): PlannedColumn => ({
      name: `k${String(index)}`,
      number: 2 * index + 1,
      type: { kind: 'int', bits: 32, signed: true },
    }));
    const lines = Array.from({ length: 200 }, (_, row) => {
      const present = columns.filter((_column, index) => (index + row) % 3 !== 0);
      return JSON.stringify(Object.fromEntries(present.map(({ name }) => [name, Number(name.slice(1)) * 1000 + row])));
    });
    const { rows, totals } = await readAll(lines.join('\n'), planFor({}, { columns }), { chunk_bytes: 1 << 22 });
    expect(rows).toHaveLength(200);
    rows.forEach(({ values, absent }, row) => {
      expect(values).toEqual(columns.map((_, index) => ((index + row) % 3 === 0 ? null : String(index * 1000 + row))));
      expect(absent).toEqual(columns.filter((_, index) => (index + row) % 3 === 0).map(({ number }) => String(number)));
    });
    expect(totals.columns.reduce((sum, { absent }) => sum + absent, 0)).toBe(
      rows.reduce((sum, { absent }) => sum + absent.length, 0),
    );
  });
});
