import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseEngineType } from './engine-type.ts';
import { readFooter } from './footer.ts';
import { findNulls } from './nulls.ts';
import { parquetColumnKind } from './column-kind.ts';
import { parquetValue } from './value.ts';
import { corpusFile, fileWriter, openCorpus } from '../testing/parquet-corpus.ts';
import { readParquet } from '../testing/read-parquet.ts';

const written = fileWriter();

const values = z.array(z.array(z.string().nullable()));
const flat = openCorpus('parquet-nulls', z.object({ values, files: corpusFile.array() }));
const inner = openCorpus('parquet-inner-nulls', z.object({ rows: values, files: corpusFile.array() }));

test.each(flat.files)('a null list, map or struct is null, an empty one empty: %s', async (_, bytes) => {
  const { file, rows } = await readParquet(written(bytes));
  expect(rows.map((row) => row.values)).toEqual(flat.values);
  expect(file.findings).toEqual([]);
});

test.each(inner.files)('a null one is null inside any other: %s', async (_, bytes) => {
  const { file, rows, rejects } = await readParquet(written(bytes));
  expect(rejects).toEqual([]);
  expect(rows.map((row) => row.values)).toEqual(inner.rows);
  expect(file.findings).toEqual([]);
});

test('as far as there is room on disk to remember which they are', async () => {
  const [, bytes = Buffer.alloc(0)] = flat.files[0] ?? [];
  const { file, rows } = await readParquet(written(bytes), { limits: { scratch_bytes_max: 45 } });
  // A byte for each of the 20 rows: of the lists and the lists of lists, but not of what is in them, of the map or the struct.
  expect(rows.map((row) => row.values[1])).toEqual(flat.values.map((row) => row[1]));
  expect(rows.map((row) => row.values[3])).toEqual(flat.values.map((row) => row[3] ?? '{}'));
  expect(file.findings).toEqual([
    {
      code: 'empty_or_null',
      finding:
        'Column deep: 4 of its lists, maps and structs are null in the file; they were read as empty, because to remember where they are takes more than the limit scratch_bytes_max of Parquet files.',
    },
    { code: 'empty_or_null', finding: expect.stringMatching(/^Column map: 3 of its lists/) },
    { code: 'empty_or_null', finding: expect.stringMatching(/^Column p: \d of its lists/) },
  ]);
});

test('where the levels cannot be understood, it is said that null was read as empty', async () => {
  const [, whole = Buffer.alloc(0)] = flat.files[0] ?? [];
  const bytes = Buffer.from(whole);
  // The footer claims one value more of the first pages than they have, which the engine does not ask.
  const path = Buffer.from('\x04list\x07element\x15\x00\x16', 'latin1');
  const claim = bytes.indexOf(path) + path.length;
  bytes[claim] = (bytes[claim] ?? 0) + 2;
  const { file, rows } = await readParquet(written(bytes));
  expect(rows.map((row) => row.values[1])).toEqual(flat.values.map((row) => row[1] ?? '[]'));
  expect(file.findings).toEqual([
    {
      code: 'empty_or_null',
      finding:
        'Column tags: the file tells null lists, maps and structs from empty ones in a way Assay cannot read; those that are null were read as empty.',
    },
  ]);
});

test('damaged files end in an answer, or in none', () => {
  const types = [
    'Tuple(x Nullable(Int32), l Array(Nullable(Int32)), s Tuple(y Nullable(Int32), z Array(Nullable(Int32))))',
    'Array(Array(Array(Nullable(Int32))))',
    'Map(String, Array(Nullable(Int32)))',
    'Map(Int32, Tuple(k Map(Int32, Array(Nullable(Int32)))))',
    'Array(Tuple(x Nullable(Int32)))',
    'Array(Tuple(l Array(Int32)))',
  ];
  const any = fc.record({
    bytes: fc.constantFrom(...inner.files.map(([, bytes]) => bytes)),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(200)),
  });
  let answers = 0;
  fc.assert(
    fc.property(any, ({ bytes, changes, cut }) => {
      const damaged = Buffer.from(bytes);
      for (const [place, byte] of changes) damaged[place % damaged.length] = byte;
      const path = written(damaged.subarray(cut));
      const marks = mkdtempSync(join(tmpdir(), 'assay-marks-'));
      try {
        const footer = readFooter(path);
        const columns = footer.columns.map((node, place) => {
          const engine_type = types[place] ?? 'String';
          const facts = { engine_type, meaning: null };
          const value = parquetValue(node, parseEngineType(engine_type));
          return { ...facts, name: node.name, kept: parquetColumnKind(facts), value, asked: '' };
        });
        const nulls = findNulls({ path, footer, columns, rows: inner.rows.length, folder: marks, bytes_max: 10_000 });
        const kept = nulls.reduce((sum, column) => sum + column.marks.size, 0);
        expect(readdirSync(marks).length).toBeGreaterThanOrEqual(kept);
        answers += kept;
      } catch (cause) {
        expect(cause).toBeInstanceOf(RangeError);
      } finally {
        rmSync(path);
        rmSync(marks, { recursive: true });
      }
    }),
    { numRuns: Number(process.env['ASSAY_FUZZ_RUNS'] ?? 1500) },
  );
  expect(answers).toBeGreaterThan(0);
});
