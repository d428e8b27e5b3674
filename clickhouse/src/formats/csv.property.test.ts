import { parseColumnType, type ColumnType } from '@assay/rules';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CsvLayout } from './define.ts';
import { planFor, readAll } from './testing/read-all.ts';
import { slowCsv } from './testing/slow-csv.ts';
import { slowValue } from './testing/slow-value.ts';

const typeNames = ['String', 'Bool', 'Int32', 'Int64', 'Decimal(9, 2)', 'Float64', 'Date', 'DateTime64(3)'];
const columns = typeNames.map((written, place) => {
  const type = parseColumnType(written);
  if (type === undefined) throw new Error(`${written} is no type`);
  return { name: `f${String(place)}`, number: place + 1, type };
});
const undeclared = 'more';

const words = fc.constantFrom('true', 'True', 'TRUE', 'tRUE', 'truE', 'false', 'False', 'FALSE', 'fALSE', 'truth', '1');
const numbers = fc.constantFrom('0', '-0', '7', '-7', '007', '1.50', '1.505', '1e3', '2147483648', '9007199254740993');
const days = fc.constantFrom('2024-02-29', '2023-02-29', '1900-01-01', '2024-02-29T23:59:59.123Z', '2024-02-29 00:00');
// Around the lengths at which strings are copied in another way, and where a length takes two bytes.
const texts = fc
  .oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 120, max: 135 }), fc.integer({ min: 195, max: 210 }))
  .map((length) => 'abcdefghijklmnopqrstuvwxyz'.repeat(10).slice(0, length));
const values = fc.oneof(words, numbers, days, texts);
const fields = fc.oneof(
  { weight: 5, arbitrary: values },
  { weight: 2, arbitrary: values.map((value) => `"${value}"`) },
  { weight: 1, arbitrary: fc.constantFrom('', '""', '"a""b"', '"t""rue"', '"1,5"') },
);
const files = fc
  .array(fc.array(fields, { minLength: columns.length + 1, maxLength: columns.length + 1 }), { maxLength: 12 })
  .map((records) => records.map((record) => record.join(',')));

/** What the text of a field is worth in a column, as `decodeNative` shows it; undefined when it does not fit. */
function slowField(type: ColumnType, text: string): string | undefined {
  switch (type.kind) {
    case 'string':
      return text;
    case 'bool':
      return /^(true|True|TRUE|false|False|FALSE)$/.test(text) ? text.toLowerCase() : undefined;
    case 'date':
    case 'timestamp':
      return slowValue(type, JSON.stringify(text));
    default:
      return /^-?\d/.test(text) && isNumber(text) ? slowValue(type, text) : undefined;
  }
}

function isNumber(text: string): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
}

test('every value of a row reaches its column as the slow reader has it, or its text is kept as a type error', async () => {
  const names = [...columns.map((column) => column.name), undeclared];
  const layout: CsvLayout = {
    format: 'csv',
    delimiter: ',',
    line_end: 'lf',
    fields: names,
    header: true,
    null_tokens: [],
  };
  const plan = planFor({}, { columns, layout });
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.boolean(),
      fc.record({
        chunk_bytes: fc.integer({ min: 1, max: 2_000 }),
        piece_bytes: fc.integer({ min: 1, max: 700 }),
        encodedBytes_max: fc.constantFrom(1, 500, 1 << 26),
      }),
      async (lines, closed, sizes) => {
        const text = [names.join(','), ...lines].join('\n') + (closed ? '\n' : '');
        const expected = slowCsv(text, {
          delimiter: ',',
          line_end: 'lf',
          header: true,
          fields: names.length,
          record_bytes_max: 1 << 20,
          null_tokens: [],
        });
        const { rows, rejects, totals } = await readAll(text, plan, sizes);
        expect(rejects).toEqual([]);
        expect(totals.rows).toBe(expected.length);
        for (const [place, record] of expected.entries()) {
          if (!('values' in record)) throw new Error(`line ${String(record.line)} should be a row`);
          const typeErrors: [string, string][] = [];
          const row = columns.map(({ number, type }, field) => {
            const written = record.values[field] ?? null;
            if (written === null) return null;
            const value = slowField(type, written);
            if (value === undefined) typeErrors.push([`c_${String(number)}`, written]);
            return value ?? null;
          });
          const more = record.values[columns.length] ?? null;
          expect(rows[place]).toEqual({
            line: record.line,
            offset: record.offset,
            absent: [],
            typeErrors: new Map(typeErrors),
            extra: new Map([[undeclared, JSON.stringify(more)]]),
            values: row,
          });
        }
      },
    ),
    { numRuns: Number(process.env['ASSAY_FUZZ_RUNS'] ?? 2000) },
  );
}, 600_000);
