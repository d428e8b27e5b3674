import { parseColumnType, type ColumnType } from '@assay/rules';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReadPlan } from './define.ts';
import { slowJsonl } from './testing/slow-jsonl.ts';
import { slowValue } from './testing/slow-value.ts';
import { planFor, readAll } from './testing/read-all.ts';
import { printable } from './printable.ts';

const typeNames = [
  'String',
  'JSON',
  'Bool',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'Int128',
  'Int256',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'UInt128',
  'UInt256',
  'Float32',
  'Float64',
  'Decimal(4, 0)',
  'Decimal(9, 2)',
  'Decimal(15, 3)',
  'Decimal(18, 4)',
  'Decimal(38, 10)',
  'Decimal(76, 20)',
  'Date',
  'DateTime',
  'DateTime64(3)',
  'DateTime64(6)',
  'DateTime64(9)',
];

const types = fc.constantFrom(...typeNames).map((name): ColumnType => parseColumnType(name) ?? { kind: 'string' });
const hostileNames = [
  'a',
  'b',
  'A',
  '',
  '__proto__',
  'constructor',
  'a.b',
  'é',
  'e\u0301',
  'q"t',
  'b\\s',
  'tab\t',
  'nul\0',
  '😀',
  '`',
  'toString',
  '0',
  '1',
  'c_1',
];
const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostileNames) },
  fc.string({ unit: 'binary', maxLength: 6 }).filter((name) => name.isWellFormed()),
);

/** A JSON string of the text in one of its many spellings. */
const spelled = (text: string) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }).map((choices) => {
    const units = JSON.stringify(text).slice(1, -1);
    const first = text.codePointAt(0);
    if (choices[0] !== 0 || first === undefined || first > 0xffff) return `"${units}"`;
    return `"\\u${first.toString(16).padStart(4, '0')}${JSON.stringify(text.slice(1)).slice(1, -1)}"`;
  });

const digits = fc.stringMatching(/^[0-9]{1,40}$/);
const numberTexts = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n) - 3n, max: 2n ** 64n + 3n }).map(String),
  fc
    .constantFrom(127, 128, 255, 256, 32767, 32768, 65535, 65536)
    .chain((edge) => fc.constantFrom(`${edge}`, `-${edge}`, `-${edge + 1}`)),
  fc
    .constantFrom(31, 32, 63, 64, 127, 128, 255, 256)
    .chain((bits) =>
      fc
        .constantFrom(2n ** BigInt(bits), 2n ** BigInt(bits) - 1n, -(2n ** BigInt(bits)), -(2n ** BigInt(bits)) - 1n)
        .map(String),
    ),
  fc
    .tuple(fc.constantFrom('', '-'), digits, digits)
    .map(([sign, whole, fraction]) => `${sign}${whole.replace(/^0+(?=\d)/, '')}.${fraction}`),
  fc
    .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 99999 }))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '0',
    '-0',
    '-0.0',
    '0.00',
    '1.0',
    '1e5',
    '1E+2',
    '1e400',
    '-1e400',
    '1e-400',
    '0e999',
    '4.9e-324',
    '9007199254740993',
    '16777217',
    '123456789012345678',
    '1.50',
  ),
);
const timeTexts = fc
  .tuple(
    fc.constantFrom(
      '2024-02-29',
      '2023-02-29',
      '1900-01-01',
      '1899-12-31',
      '2299-12-31',
      '2300-01-01',
      '2262-04-11',
      '2262-04-12',
      '1970-01-01',
      '2024-13-01',
      '0000-00-00',
      '2024-3-10',
    ),
    fc.constantFrom('', 'T', ' ', 't'),
    fc.constantFrom('00:00:00', '23:59:59', '12:34:60', '24:00:00', '23:47:16', '23:47:17', '10:30'),
    fc.constantFrom('', '.5', '.123', '.123456', '.123456789', '.1234567890', '.', '.000'),
    fc.constantFrom('', 'Z', '+00:00', '-05:30', '+1400', '+14', 'z', '+24:00'),
  )
  .map(([day, separator, time, fraction, zone]) =>
    separator === '' ? day : `${day}${separator}${time}${fraction}${zone}`,
  );
const stringTexts = fc.oneof(
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .filter((text) => text.isWellFormed())
    .chain(spelled),
  timeTexts.map((text) => JSON.stringify(text)),
  fc.constantFrom('"12"', '"\\ud83d\\ude00"', '"\\/"', '"\u2028\u0085"'),
);
const blank = fc.constantFrom('', '', '', ' ', '\t', ' \r ');

const { value: valueTexts } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: numberTexts },
    { weight: 4, arbitrary: stringTexts },
    { weight: 2, arbitrary: fc.constantFrom('null', 'true', 'false', '{}', '[]') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(blank, fc.array(tie('value'), { maxLength: 3 }))
        .map(([space, items]) => `[${space}${items.join(`,${space}`)}]`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(blank, fc.array(fc.tuple(names.chain(spelled), tie('value')), { maxLength: 16 }))
        .map(
          ([space, members]) =>
            `{${members.map(([key, value]) => `${space}${key}${space}:${space}${value}`).join(',')}${space}}`,
        ),
    },
  ),
}));

const objects = fc
  .tuple(blank, fc.uniqueArray(fc.tuple(names, valueTexts), { maxLength: 8, selector: ([name]) => name }))
  .chain(([space, members]) =>
    fc
      .tuple(...members.map(([name]) => spelled(name)))
      .map(
        (keys) => `${space}{${members.map(([, value], index) => `${keys[index]}:${value}`).join(`,${space}`)}}${space}`,
      ),
  );
const brokenLines = fc.constantFrom(
  '',
  ' ',
  '\t\r',
  '[1,"x",2]',
  '12',
  '"s"',
  'null',
  '{',
  '{}{}',
  '{"a":1} x',
  '{"a":1,}',
  '{"a":01}',
  '{"a":.5}',
  '{"a":1.}',
  '{"a":+1}',
  '{"a":NaN}',
  '{"a":"\\ud800"}',
  '{"a":"\\udc00\\ud800"}',
  '{"\\ud800":1}',
  '{"a":1,"\\u0061":2}',
  '{"a":1,"a":2}',
  '{"x":{"b":1,"\\u0062":1}}',
  '{"a":"\t"}',
  '{"a":"\\x"}',
  '{"a":"\\u00g0"}',
  '{a:1}',
  "{'a':1}",
  '{"a" 1}',
  '{"a":1 "b":2}',
  '{"a":tru}',
  '{"a":nulll}',
  '<html>',
  '{"a":"unfinished',
  '{"a":[1,2}',
  '{"a":{"b":1]}',
  '\ufeff{}',
);
const lines = fc.oneof({ weight: 5, arbitrary: objects }, { weight: 1, arbitrary: brokenLines });

/** Bytes changed at random places: flipped, dropped, doubled, swapped for dangerous ones. */
const mutations = fc.array(
  fc.tuple(
    fc.nat(),
    fc.constantFrom('flip', 'drop', 'double', 'insert'),
    fc.oneof(
      fc.constantFrom(0x0a, 0x0d, 0x22, 0x5c, 0x7b, 0x7d, 0x2c, 0x00, 0x80, 0xc3, 0xed, 0xf4, 0xff),
      fc.nat(255),
    ),
  ),
  { maxLength: 4 },
);

function mutate(file: Buffer, changes: readonly (readonly [number, string, number])[]): Buffer {
  let bytes = file;
  for (const [place, how, byte] of changes) {
    if (bytes.length === 0) return bytes;
    const at = place % bytes.length;
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
    const middle =
      how === 'flip'
        ? [byte]
        : how === 'drop'
          ? []
          : how === 'double'
            ? [bytes[at] ?? 0, bytes[at] ?? 0]
            : [byte, bytes[at] ?? 0];
    bytes = Buffer.concat([before, Buffer.from(middle), after]);
  }
  return bytes;
}

const files = fc
  .tuple(
    fc.constantFrom('', '', '', '\ufeff'),
    fc.array(fc.tuple(lines, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 12 }),
    fc.boolean(),
    fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: mutations }),
  )
  .map(([mark, all, cutEnd, changes]) => {
    const text = mark + all.map(([line, end]) => line + end).join('');
    return mutate(Buffer.from(cutEnd ? text.replace(/\r?\n$/, '') : text), changes);
  });

const columns = fc.uniqueArray(fc.tuple(names, types), { maxLength: 8, selector: ([name]) => name });

/** Codes that a record may get when JSON.parse refuses it, and those that depend on what is met first. */
const notJson = new Set([
  'not_json',
  'truncated',
  'control_character',
  'trailing_text',
  'duplicate_key',
  'lone_surrogate',
  'too_deep',
]);
const beyondJson = new Set(['duplicate_key', 'lone_surrogate', 'too_deep']);

async function compare(
  file: Buffer,
  plan: ReadPlan,
  sizes: { chunk_bytes: number; piece_bytes: number; encodedBytes_max: number },
): Promise<void> {
  const expected = slowJsonl(file, plan.limits);
  const { rows, rejects, totals } = await readAll(file, plan, sizes);
  const places = [...rows, ...rejects]
    .map(({ line, offset }) => [line, offset])
    .sort(([one = 0], [other = 0]) => one - other);
  expect(places).toEqual(expected.records.map(({ line, offset }) => [line, offset]));
  expect(totals.lines).toBe(expected.lines);
  expect(totals.records).toBe(expected.records.length);
  const rowAt = new Map(rows.map((row) => [row.line, row]));
  const rejectAt = new Map(rejects.map((reject) => [reject.line, reject]));
  for (const record of expected.records) {
    const row = rowAt.get(record.line);
    const reject = rejectAt.get(record.line);
    if ('reject' in record) {
      expect(row, `line ${String(record.line)} is a reject: ${record.reject}`).toBeUndefined();
      expect(reject?.raw).toBe(printable(record.raw, 0, record.raw.length));
      expect(reject?.raw_bytes).toBe(record.raw.length);
      if (record.reject.startsWith('not JSON')) expect(notJson).toContain(reject?.code);
      else if (beyondJson.has(record.reject)) expect(beyondJson).toContain(reject?.code);
      else expect(reject?.code).toBe(record.reject);
      continue;
    }
    expect(reject?.reason, `line ${String(record.line)} is a row`).toBeUndefined();
    const typeErrors = new Map<string, string>();
    const absent: string[] = [];
    const values = plan.columns.map((column) => {
      const raw = record.fields.get(column.name);
      if (raw === undefined) absent.push(String(column.number));
      if (raw === undefined || raw === 'null') return null;
      const value = slowValue(column.type, raw);
      if (value === undefined) typeErrors.set(`c_${String(column.number)}`, raw);
      return value ?? null;
    });
    const known = new Set(plan.columns.map((column) => column.name));
    expect(row?.values).toEqual(values);
    expect(row?.absent).toEqual(absent);
    expect([...(row?.typeErrors ?? [])]).toEqual([...typeErrors]);
    expect([...(row?.extra ?? [])]).toEqual([...record.fields].filter(([name]) => !known.has(name)));
  }
}

test('agrees with the slow reader on random and mutated files, for any chunk size', async () => {
  await fc.assert(
    fc.asyncProperty(
      files,
      columns,
      fc.record({
        chunk_bytes: fc.integer({ min: 1, max: 400 }),
        piece_bytes: fc.integer({ min: 1, max: 300 }),
        encodedBytes_max: fc.constantFrom(1, 500, 1 << 26),
      }),
      fc.record({ record_bytes_max: fc.constantFrom(20, 200, 1 << 20), depth_max: fc.constantFrom(1, 2, 3, 100) }),
      async (file, planned, sizes, limits) => {
        const plan = planFor({}, { limits: { ...limits, columns_max: 1000 } });
        const numbered = planned.map(([name, type], index) => ({ name, type, number: index * 2 + 1 }));
        await compare(file, { ...plan, columns: numbered }, sizes);
      },
    ),
    { numRuns: Number(process.env['ASSAY_FUZZ_RUNS'] ?? 2000) },
  );
});
