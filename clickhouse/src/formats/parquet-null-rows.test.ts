import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { keepNullRows, nestedColumnsOf } from './parquet-null-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-nulls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const corpus = z
  .object({ values: z.array(z.array(z.string().nullable())), files: z.array(z.tuple([z.string(), z.string()])) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'testing/corpora/parquet-nulls.json'), 'utf8')));
const columns = ['tags', 'deep', 'map', 'p', 'must'].map((name, index) => ({ name, place: index + 1 }));
let files = 0;

function nullsOf(bytes: Uint8Array, column: { name: string; place: number }, rows = corpus.values.length) {
  const path = join(folder, `${files++}.parquet`);
  const to = `${path}-nulls`;
  writeFileSync(path, bytes);
  try {
    const nested = nestedColumnsOf(path).get(column.place);
    if (nested?.name !== column.name) return { nulls: undefined, kept: [] };
    const nulls = keepNullRows({ path, to, rows, column: nested });
    return { nulls, kept: [...readFileSync(to)] };
  } finally {
    rmSync(path);
    rmSync(to, { force: true });
  }
}

test.each(corpus.files)('which values are null: %s', (_, base64) => {
  const bytes = Buffer.from(base64, 'base64');
  for (const column of columns) {
    const expected = corpus.values.map((values) => (values[column.place] === null ? 1 : 0));
    const rows = expected.filter((one) => one === 1).length;
    const { nulls, kept } = nullsOf(bytes, column);
    expect(nulls).toEqual({ rows, inner: column.name === 'deep' ? 4 : 0 });
    expect(kept).toEqual(column.name === 'must' ? [] : expected);
  }
});

test('nothing is said of a column of another name, or of a file with other rows', () => {
  const bytes = Buffer.from(corpus.files[0]?.[1] ?? '', 'base64');
  expect(nullsOf(bytes, { name: 'other', place: 1 }).nulls).toBe(undefined);
  expect(nullsOf(bytes, { name: 'tags', place: 0 }).nulls).toBe(undefined);
  expect(nullsOf(bytes, { name: 'tags', place: 1 }, 19).nulls).toBe(undefined);
  expect(nullsOf(bytes, { name: 'tags', place: 1 }, 21).nulls).toBe(undefined);
});

test('damaged files end in an answer, or in none', () => {
  const any = fc.record({
    file: fc.constantFrom(...corpus.files.map(([, base64]) => base64)),
    column: fc.constantFrom(...columns),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(200)),
  });
  fc.assert(
    fc.property(any, ({ file, column, changes, cut }) => {
      const whole = Buffer.from(file, 'base64');
      for (const [place, byte] of changes) whole[place % whole.length] = byte;
      const { nulls, kept } = nullsOf(whole.subarray(cut), column);
      if (nulls !== undefined && nulls.rows > 0) expect(kept.length).toBe(corpus.values.length);
    }),
    { numRuns: Number(process.env['ASSAY_FUZZ_RUNS'] ?? 3000) },
  );
});
