import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from './csv.ts';
import type { CsvLayout, ReadPlan } from './define.ts';
import { readInChunks } from './testing/collecting-sink.ts';
import { slowCsv, type SlowRecord } from './testing/slow-csv.ts';

interface Options {
  delimiter?: string;
  line_end?: 'lf' | 'cr';
  header?: boolean;
  fields?: number;
  record_bytes_max?: number;
  null_tokens?: readonly string[];
  chunk_bytes?: number;
  rows_per_block?: number;
}

function read(file: string | Buffer, options: Options = {}) {
  const fields = Array.from({ length: options.fields ?? 3 }, (_, i) => `f${i}`);
  const layout: CsvLayout = {
    format: 'csv',
    delimiter: options.delimiter ?? ',',
    line_end: options.line_end ?? 'lf',
    fields,
    header: options.header ?? true,
    null_tokens: options.null_tokens ?? [],
  };
  const limits = { record_bytes_max: options.record_bytes_max ?? 1000, depth_max: 100, columns_max: 1000 };
  // The last field is declared by nobody, so that both ways out of the reader are used.
  const columns = fields.slice(0, -1).map((name, i) => ({ name, number: i + 1, type: { kind: 'string' } as const }));
  const plan: ReadPlan = {
    layout,
    columns,
    limits,
    mode: 'declared',
    tenant: 'default',
    source_id: '1',
    load_id: '1',
    received_at: 0,
  };
  return readInChunks({
    cutter: csv.cutter(layout, limits),
    reader: csv.reader(plan, layout),
    bytes: typeof file === 'string' ? Buffer.from(file) : file,
    chunk_bytes: options.chunk_bytes ?? 1 << 20,
    rows_per_block: options.rows_per_block ?? 1 << 20,
    record_bytes_max: limits.record_bytes_max,
  });
}

const rows = (file: string, options?: Options) =>
  read(file, options).records.map((record) =>
    'values' in record ? record.values : `${record.line}: ${record.reject}`,
  );

describe('records', () => {
  const cases: [string, string, (string | null)[][] | (string | readonly (string | null)[])[], Options?][] = [
    ['quoted delimiters, quotes and newlines', 'a,b,c\n"1,1","x ""y""","l1\nl2"\n', [['1,1', 'x "y"', 'l1\nl2']]],
    ['empty as null and quoted empty as text', 'a,b,c\n,"",\n', [[null, '', null]]],
    ['no trimming, no case, leading zeros as they are', 'a,b,c\n 007 ,1e5,0x10\n', [[' 007 ', '1e5', '0x10']]],
    [
      'null tokens only when unquoted and configured',
      'a,b,c\nNA,"NA",NULL\n',
      [[null, 'NA', 'NULL']],
      { null_tokens: ['NA'] },
    ],
    [
      'CRLF, the CR belonging to the line end',
      'a,b,c\r\n1,2,3\r\n4,5,"6"\r\n',
      [
        ['1', '2', '3'],
        ['4', '5', '6'],
      ],
    ],
    ['a CR inside a line as a letter', 'a,b,c\n1\r,2,3\r\r\n', [['1\r', '2', '3\r']]],
    [
      'CR-only files',
      'a,b,c\r1,2,3\r"4\n",5,6\r',
      [
        ['1', '2', '3'],
        ['4\n', '5', '6'],
      ],
      { line_end: 'cr' },
    ],
    ['a last line without a line end', 'a,b,c\n1,2,', [['1', '2', null]]],
    ['blank lines as no records', '\n\na,b,c\n\r\n1,2,3\n\n', [['1', '2', '3']]],
    ['blank lines of a one-column file as null', 'a\n1\n\n2\n', [['1'], [null], ['2']], { fields: 1 }],
    ['quotes inside unquoted fields as letters', 'a,b,c\n5" pipe,x"y"z, "q"\n', [['5" pipe', 'x"y"z', ' "q"']]],
    ['a byte-order mark as nothing, before a quoted header too', '\uFEFF"a",b,c\n1,2,3\n', [['1', '2', '3']]],
    [
      'NUL and other control characters as letters',
      'a,b,c\n\0,\u0001,\u2028\n',
      [['\0', '\u0001', '\u00e2\u0080\u00a8']],
    ],
    ['files without header', '1,2,3\n', [['1', '2', '3']], { header: false }],
    ['semicolons', 'a;b;c\n1,5;2;3\n', [['1,5', '2', '3']], { delimiter: ';' }],
    ['a header alone as no record', 'a,b,c', []],
    [
      'too few and too many fields as rejects',
      'a,b,c\n1,2\n1,2,3,4\n1,2,3\n',
      ['2: field_count', '3: field_count', ['1', '2', '3']],
    ],
    [
      'text behind a closing quote as a reject',
      'a,b,c\n"1"x,2,3\n"1" ,2,3\n1,2,3\n',
      ['2: stray_quote', '3: stray_quote', ['1', '2', '3']],
    ],
    [
      'one stray quote as one reject, the lines behind it as rows',
      'a,b,c\n1,"x,2\n3,4,5\n6,7,8\n',
      ['2: unterminated_quote', ['3', '4', '5'], ['6', '7', '8']],
    ],
    [
      'a stray quote before a proper one as one reject',
      'a,b,c\n1,"x,2\n3,4,5\n6,"7\n7",8\n9,9,9\n',
      ['2: unterminated_quote', ['3', '4', '5'], ['6', '7\n7', '8'], ['9', '9', '9']],
    ],
    [
      'a doubtful line that a stray quote had swallowed as a reject',
      'a,b,c\n1,"x,2\n3,4" wide,5\n6,7,8\n',
      ['2: unterminated_quote', ['3', '4" wide', '5'], ['6', '7', '8']],
    ],
    [
      'a quote that is open past the record limit as cut there',
      `a,b,c\n1,"x,2\n${'3,4,5\n'.repeat(4)}`,
      ['2: unterminated_quote', ['3', '4', '5'], ['3', '4', '5'], ['3', '4', '5'], ['3', '4', '5']],
      { record_bytes_max: 10 },
    ],
    [
      'a record longer than the limit as a reject',
      'a,b,c\n1,2,3456\n1,2,34567\n1,2,3\n',
      [['1', '2', '3456'], '3: too_long', ['1', '2', '3']],
      { record_bytes_max: 8 },
    ],
  ];
  test.each(cases)('reads %s', (_, file, expected, options) => {
    expect(rows(file, options)).toEqual(expected);
  });

  test('names the physical line where a record starts and its byte offset', () => {
    const { records } = read('a,b,c\r\n"1\n\n",2,3\r\n\r\n4,5\r\n6,7,8\r\n');
    expect(records.map(({ line, offset }) => [line, offset])).toEqual([
      [2, 7],
      [6, 20],
      [7, 25],
    ]);
  });

  test('rejects invalid UTF-8 with the offset of the wrong byte', () => {
    const { records, reasons } = read(Buffer.from('a,b,c\n1,M\xfcller,3\n4,"\u00c3\u00bc",6\n', 'latin1'));
    expect(records).toMatchObject([
      { line: 2, offset: 6, reject: 'invalid_utf8', raw: '1,M\xfcller,3' },
      { values: ['4', '\u00c3\u00bc', '6'] },
    ]);
    expect(reasons).toEqual(['The record is not UTF-8: byte 0xFC at byte offset 9 of the file.']);
  });

  test('says what is wrong in a sentence', () => {
    expect(read('a,b,c\n1,2\n"1"x,2,3\n123456789012,2,3\n1,2,"\n', { record_bytes_max: 15 }).reasons).toEqual([
      'The record has 2 fields where the file has 3 fields.',
      'The quote at byte offset 12 of the file makes no sense: inside a quoted field a quote is written twice.',
      'The record has 16 bytes; the limit record_bytes_max of this source is 15.',
      'A quote is opened in this line and has no matching end. Reading went on at the next line.',
    ]);
  });

  test('every line having an unmatched quote costs no more than linear time', () => {
    const file = Buffer.from('x","\n'.repeat(400_000));
    const { records } = read(file, { fields: 2, header: false, record_bytes_max: 1 << 20, chunk_bytes: 1 << 22 });
    expect(records).toHaveLength(400_000);
  }, 20_000);
});

/** The reader keeps only the beginning of a record that is too long, and how long it is. */
const shown = (records: readonly SlowRecord[]) =>
  records.map((record) =>
    'reject' in record && record.reject === 'too_long' ? { ...record, raw: record.raw.length } : record,
  );

describe('agreement with the slow reader', () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('1', 'ab', 'x y', '007', 'NA', '\xc3\xbc', '') },
    { weight: 6, arbitrary: fc.constantFrom(',', ',', ',', ';') },
    { weight: 6, arbitrary: fc.constantFrom('"', '""', '","', ',"', '",', '"\n', '\n"') },
    { weight: 4, arbitrary: fc.constantFrom('\n', '\r\n', '\r', '\n\n') },
    { weight: 1, arbitrary: fc.constantFrom('\0', '\xff', '\xe2\x80\xa8', '\xef\xbb\xbf', 'a long piece of text') },
  );
  const anyText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

  const plainField = fc.constantFrom('1', '', 'ab', 'x"y', '\xc3\xa9');
  const quotedField = fc.constantFrom('""', '"a,b"', '"l1\nl2"', '"q""q"', '"\r\n"', '"x"');
  const record = fc
    .array(fc.oneof(plainField, quotedField), { minLength: 3, maxLength: 3 })
    .map((fields) => fields.join(','));
  const mutation = fc.record({
    at: fc.nat(400),
    remove: fc.nat(2),
    insert: fc.constantFrom('"', ',', '\n', '\r', '', '\xff', 'x'),
  });
  const mutatedText = fc
    .record({
      records: fc.array(record, { maxLength: 12 }),
      lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
      mutations: fc.array(mutation, { maxLength: 3 }),
    })
    .map(({ records, lineEnd, mutations }) => {
      let text = records.join(lineEnd) + lineEnd;
      for (const { at, remove, insert } of mutations) text = text.slice(0, at) + insert + text.slice(at + remove);
      return text;
    });

  const options = fc.record({
    line_end: fc.constantFrom('lf', 'lf', 'cr'),
    delimiter: fc.constantFrom(',', ',', ';'),
    header: fc.boolean(),
    fields: fc.constantFrom(1, 2, 3, 3),
    record_bytes_max: fc.constantFrom(5, 7, 12, 40, 1000),
    null_tokens: fc.constantFrom([], ['NA', 'x y']),
  });

  test.each([
    ['random', anyText],
    ['mutated', mutatedText],
  ])(
    'on %s files: records, rejects, lines, offsets and every value, whatever the chunk size',
    (_, files) => {
      fc.assert(
        fc.property(
          files,
          options,
          fc.integer({ min: 1, max: 80 }),
          fc.integer({ min: 1, max: 4 }),
          (body, set, chunk_bytes, rows_per_block) => {
            // A file whose header is no record is refused before any reader sees it.
            const header = `"\r\n"${set.line_end === 'cr' ? '\r' : '\n'}`;
            const text = set.header ? header + body : body;
            const expected = shown(slowCsv(text, set));
            for (const chunking of [{}, { chunk_bytes, rows_per_block }]) {
              expect(shown(read(Buffer.from(text, 'latin1'), { ...set, ...chunking }).records)).toEqual(expected);
            }
          },
        ),
        { numRuns: 20_000 },
      );
    },
    120_000,
  );
});
