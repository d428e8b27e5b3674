import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { earliestInParquet } from './file.ts';
import { corpusBytes, corpusFile, fileWriter, openCorpus } from '../testing/parquet-corpus.ts';
import { parquetDefaults, readParquet, shown } from '../testing/read-parquet.ts';

const written = fileWriter();

describe('INT96 times beyond the years of nanoseconds cost their own value and no other', () => {
  const corpus = openCorpus('parquet-int96', z.object({ files: corpusFile.array() }));

  test.each(corpus.files)('%s', async (_, bytes) => {
    const path = written(bytes);
    const { file, rows, rejects } = await readParquet(path);
    expect(rejects).toEqual([]);
    const type = file.columns[1]?.type;
    expect(type).toEqual({ kind: 'timestamp', precision: 9, zone: 'UTC' });
    expect(
      rows.map(({ values: [id, ts, tags], typeErrors }) => [id, shown(type, ts), typeErrors.get('c_2'), tags]),
    ).toEqual([
      ['1', '2024-03-10T02:30:00.123456000', undefined, null],
      ['2', null, undefined, '[]'],
      ['3', null, '1500-01-01 00:00:00.000000000Z', '["a"]'],
      ['4', null, '9999-12-31 00:00:00.000000000Z', null],
      ['5', null, '0001-01-01 00:00:00.000000000Z', null],
      ['6', null, '568971820800000000000', null],
      ['7', '1970-01-01T00:00:00.000000000', undefined, null],
    ]);
    const text = await readParquet(path, { declared: { ts: 'String' } });
    expect(text.rows[3]?.values).toEqual(['9999-12-31 00:00:00.000000000Z']);
  });

  test('and the earliest of them is found', async () => {
    const path = written(corpus.files[1]?.[1] ?? Buffer.alloc(0));
    expect(await earliestInParquet({ path, ...parquetDefaults }, 'ts')).toMatchObject({
      texts: ['0001-01-01 00:00:00.000000000Z'],
      is_time: true,
    });
  });
});

describe('times', () => {
  const corpus = openCorpus('parquet-times', z.object({ int96: corpusFile.array(), times: corpusBytes }));

  test.each(corpus.int96)('of INT96 are kept inside lists, structs and maps: %s', async (_, bytes) => {
    const { rows } = await readParquet(written(bytes));
    const first = '2024-03-10 02:30:00.123456000Z';
    const last = '9999-12-31 00:00:00.000000000Z';
    expect(rows.map(({ values }) => values)).toEqual([
      [`["${first}"]`, `{"t":"${first}"}`, `{"k":"${first}"}`, `{"${first}":1}`],
      [`["${last}"]`, `{"t":"${last}"}`, `{"k":"${last}"}`, `{"${last}":1}`],
      ...[0, 1].map((place) => [
        ['["0001-01-01 00:00:00.000000000Z"]', '[null]'][place],
        ['{"t":"0001-01-01 00:00:00.000000000Z"}', '{"t":null}'][place],
        ['{"k":"0001-01-01 00:00:00.000000000Z"}', '{"k":null}'][place],
        ['{"0001-01-01 00:00:00.000000000Z":1}', `{"${first}":1}`][place],
      ]),
    ]);
  });

  test('that no column can hold cost their own value and no other, and inside nested values nothing', async () => {
    const path = written(corpus.times);
    const { file, rows, rejects } = await readParquet(path);
    expect(rejects).toEqual([]);
    const [day, days, time, times, ms, far, local] = [0, 1, 2, 3, 4, 5, 6].map((place) =>
      rows.map(({ values }) => shown(file.columns[place]?.type, values[place])),
    );
    expect(day).toEqual(['2024-03-10', null, null, null]);
    expect(rows.map(({ typeErrors }) => typeErrors.get('c_1'))).toEqual([
      undefined,
      '9999-12-31',
      '0001-01-01',
      undefined,
    ]);
    expect(days).toEqual(['["2024-03-10"]', '["9999-12-31"]', '["0001-01-01"]', '[null]']);
    expect(time).toEqual(['01:02:03.000004', '23:59:59.999999', '00:00:00.000000', null]);
    expect(times).toEqual(['["01:02:03.000004"]', '["23:59:59.999999"]', '["00:00:00.000000"]', '[null]']);
    expect(ms).toEqual(['01:02:03.000', null, null, null]);
    expect(far).toEqual([
      '["900000000000000000"]',
      '["-900000000000000000"]',
      '[null]',
      '["1970-01-01 00:00:00.000000Z"]',
    ]);
    expect(local).toEqual([
      '["2024-03-10 02:30:00.123456"]',
      '["9999-12-31 00:00:00.000000"]',
      '["0001-01-01 00:00:00.000000"]',
      '[null]',
    ]);
    expect(file.columns[2]?.type).toEqual({ kind: 'string' });
    expect(await earliestInParquet({ path, ...parquetDefaults }, 'day')).toMatchObject({ texts: ['0001-01-01'] });
  });
});

describe('columns that the engine refuses are read all the same', () => {
  const corpus = openCorpus(
    'parquet-odd-columns',
    z.object({
      'logical type': corpusBytes,
      GeoParquet: corpusBytes,
      uuid: corpusBytes,
      names: corpusBytes,
      'names that are no UTF-8': corpusBytes,
      'null keys': corpusBytes,
      'a name twice': corpusBytes,
      'a column without a name': corpusBytes,
      'a field twice': corpusBytes,
      'a field without a name': corpusBytes,
      'no columns': corpusBytes,
    }),
  );
  const origin = `0101000000${'0'.repeat(32)}`;

  test('shapes are well-known binary in hexadecimal, whatever their bytes are', async () => {
    const { file, rows } = await readParquet(written(corpus['logical type']));
    expect(file.columns.map(({ type }) => type.kind)).toEqual(['int', 'string', 'json']);
    expect(rows.map(({ values }) => values)).toEqual([
      ['1', origin, '["0101000000000000000000f03f0000000000000040",null]'],
      ['2', null, null],
    ]);
    expect(file.findings).toEqual([]);
  });

  test('so they are where only GeoParquet’s metadata say that they are shapes', async () => {
    const { rows } = await readParquet(written(corpus.GeoParquet));
    expect(rows.map(({ values }) => values)).toEqual([
      ['1', origin],
      ['2', null],
    ]);
  });

  test('a column a.b beside a field b of a', async () => {
    const { file, rows } = await readParquet(written(corpus.names));
    expect(file.layout.fields).toEqual(['a.b', 'a']);
    expect(rows.map(({ values }) => values)).toEqual([
      ['1', '{"b":3}'],
      ['2', '{"b":4}'],
    ]);
  });

  test('a column with a name that is no UTF-8', async () => {
    const { file, rows } = await readParquet(written(corpus['names that are no UTF-8']));
    expect(file.layout.fields).toEqual(['a\ufffd\ufffd', 'b']);
    expect(rows.map(({ values }) => values)).toEqual([['1', '2']]);
  });

  test.each([
    ['a name twice', 'Two columns of the Parquet file are called b: give each a name of its own.'],
    ['a column without a name', 'A column of the Parquet file has no name: give it one.'],
    ['a field twice', 'Two fields of a struct in the Parquet file are called a: give each a name of its own.'],
    ['a field without a name', 'A field of a struct in the Parquet file has no name: give it one.'],
    ['no columns', 'The Parquet file has no columns, so there is nothing to load.'],
  ] as const)('but not %s, which is said', async (name, sentence) => {
    await expect(readParquet(written(corpus[name]))).rejects.toThrow(sentence);
  });

  test('maps with null keys are lists of entries, and said to be', async () => {
    const { file, rows } = await readParquet(written(corpus['null keys']));
    expect(rows.map(({ values }) => values)).toEqual([
      ['1', '[{"key":null,"value":1},{"key":null,"value":2}]'],
      ['2', '[]'],
      ['3', null],
    ]);
    expect(file.findings).toEqual([
      {
        code: 'null_key',
        finding:
          'Column m: 2 keys of its maps are null, which JSON cannot say; its maps are kept as lists of entries with key and value.',
      },
    ]);
  });

  test('identifiers are written as such', async () => {
    const { rows } = await readParquet(written(corpus.uuid));
    const id = '00112233-4455-6677-8899-aabbccddeeff';
    expect(rows.map(({ values }) => values)).toEqual([[id, `["${id}"]`]]);
  });
});

describe('pages that have nothing', () => {
  const corpus = openCorpus('parquet-empty-pages', z.object({ files: corpusFile.array(), valueless: corpusBytes }));

  test.each(corpus.files)('%s', async (_, bytes) => {
    const { rows, rejects } = await readParquet(written(bytes));
    expect(rejects).toEqual([]);
    expect(rows.map(({ values }) => values.slice(1))).toEqual([
      ...['a', 'b', 'c'].map((text) => [null, text]),
      ...['1', '2', '3'].map((number) => [number, null]),
      ...['d', 'e', 'f'].map((text) => [null, text]),
    ]);
  });

  test('a page of no values at all', async () => {
    const { rows } = await readParquet(written(corpus.valueless));
    expect(rows.map(({ values }) => values)).toEqual([
      [null, '[true,null]'],
      [null, '[null,false]'],
      [null, '[true]'],
    ]);
  });
});
