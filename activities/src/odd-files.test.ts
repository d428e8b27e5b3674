import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  commitOfLoad,
  dataTable,
  physicalColumn,
  profilesOfCheck,
  publishedView,
  rejectsOfLoad,
  type Load,
} from '@assay/clickhouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsOfCommit } from './committed-rows.ts';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;
let sources = 0;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

interface Taken {
  readonly load: Load;
  /** Line and reason code of each reject. */
  readonly rejects: readonly [string, string][];
  readonly columns: Readonly<Record<string, { type: string; nulls: string; absent: string; type_errors: string }>>;
  /** The stored texts of each column by line. */
  readonly values: Readonly<Record<string, (string | null)[]>>;
}

/** Sends a file to a source of its own, described by these lines of YAML, through worker and engine. */
async function take(bytes: string | Uint8Array, yaml = ''): Promise<Taken> {
  const source = `odd-${sources++}`;
  if (yaml !== '') await stack.describe(source, `source: ${source}\n${yaml}\n`);
  const { load } = await stack.ingest({ source, name: 'odd', bytes });
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  if (commit === undefined) return { load, rejects: [], columns: {}, values: {} };
  const rejects = await rejectsOfLoad(stack.db, {
    load_id: load.load_id,
    chunk_ids: commit.chunk_ids,
    limit: 100,
    offset: 0,
  });
  const profiles = await profilesOfCheck(stack.db, load);
  const stored = columnsOfCommit(commit);
  const cells = stored.map(({ number }) => `toString(${physicalColumn(number)}) AS c${number}`);
  const { rows } =
    cells.length === 0
      ? { rows: [] }
      : await stack.db.statement(
          `SELECT ${cells.join(', ')} FROM ${dataTable(load.source_id)} WHERE _assay_load_id = ${load.load_id} ORDER BY _assay_line LIMIT 100`,
        );
  const values = stored.map(({ name, number }) => [name, rows.map((row) => row[`c${number}`])]);
  return {
    load,
    rejects: rejects.map(({ line, reason_code }) => [line, reason_code]),
    columns: Object.fromEntries(profiles.map((profile) => [profile.column, profile])),
    values: Object.fromEntries(values),
  };
}

async function parquet(select: string): Promise<Buffer> {
  const answer = await stack.engine.client.exec({ query: `${select} FORMAT Parquet` });
  return Buffer.concat(await answer.stream.toArray());
}

/** The same over and over, so that a part of the decompressed bytes can be read before the end is met. */
const long = '{"a":1}\n'.repeat(100_000);

describe.concurrent('values', () => {
  test('equal records are rows of their own, and no value is trimmed, re-cased or normalised', async () => {
    const { load, values } = await take(
      '{"a":" \u00e9 E\u0301 "}\n{"a":" \u00e9 E\u0301 "}\n{"a":" \u00e9 E\u0301 "}\n',
    );
    expect(load).toMatchObject({ records: '3', rows: '3', rejects: '0', findings: [] });
    expect(values['a']).toEqual(Array.from({ length: 3 }, () => ' \u00e9 E\u0301 '));
  });

  test('of a CSV file are text as written where a stricter type would change them', async () => {
    const texts: Record<string, string[]> = {
      'leading zeros': ['007', '7'],
      'exponents among other numbers': ['1e5', '2'],
      hexadecimal: ['0x10', '0x11'],
      'a plus': ['+1', '1'],
      'phone numbers': ['+49 30 1', '030/1'],
      underscores: ['1_000', '2_000'],
      'minus zero': ['-0', '1'],
      'more than a float holds': ['1e400', '2e5'],
      'less than a float holds': ['1e-400', '2e5'],
      'more digits than a float keeps': ['1.2345678901234567890e5', '1e5'],
      'tokens for nothing': ['NA', '-'],
      'more tokens': ['NULL', '\\N'],
      formulas: ["=cmd|' /C calc'!A0", '@sum'],
      'more formulas': ['+1-2', '\tx'],
      'impossible days': ['2023-02-29', '2024-02-29'],
      'other digits': ['\u0662\u0660', '1'],
    };
    const lines = [0, 1].map((row) => Object.values(texts).map((column) => column[row]));
    const { load, columns, values } = await take(
      [Object.keys(texts), ...lines].map((fields) => `${fields.join(',')}\n`).join(''),
    );
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '2', findings: [] });
    expect(values).toEqual(texts);
    for (const [name, column] of Object.entries(columns)) {
      expect([name, column]).toMatchObject([name, { type: 'String', nulls: '0', type_errors: '0' }]);
    }
  });

  test('an empty field is null, a quoted empty one is the empty text', async () => {
    const { columns, values } = await take('v,n\n,1\n"",2\n');
    expect(columns['v']).toMatchObject({ nulls: '1' });
    expect(values['v']).toEqual([null, '']);
  });

  test('tokens mean null where the source says so, unless they are quoted', async () => {
    const { values } = await take('v,n\nNA,1\n"NA",2\n\\N,3\n-,4\nNULL,5\n', "null_tokens: [NA, '\\N']");
    expect(values['v']).toEqual([null, 'NA', null, '-', 'NULL']);
  });

  test('that do not fit their declared type are null, with their text kept, and counted apart', async () => {
    const cases: [written: string, type: string, stored: string | null][] = [
      ['-0', 'Float64', '-0'],
      ['1e400', 'Float64', null],
      ['1e-400', 'Float64', null],
      ['9007199254740993', 'Float64', null],
      ['9007199254740993', 'Int64', '9007199254740993'],
      ['9223372036854775808', 'Int64', null],
      ['300', 'Int8', null],
      ['1.0', 'Int64', null],
      ['1.50', 'Decimal(10, 2)', '1.5'],
      ['1.239', 'Decimal(10, 2)', null],
      ['"2023-02-29"', 'Date', null],
      ['"2300-01-01"', 'Date', null],
      ['"2024-03-10T12:00:60Z"', 'DateTime', null],
      ['"2024-03-10T12:00:00+14:00"', 'DateTime', '2024-03-09 22:00:00'],
      ['1710072000', 'DateTime', null],
    ];
    const { load, columns, values } = await take(
      `{${cases.map(([written], place) => `"v${place}":${written}`).join(',')}}\n`,
      `columns:\n${cases.map(([, type], place) => `  v${place}: { type: '${type}' }\n`).join('')}`,
    );
    expect(load).toMatchObject({ state: 'loaded', rows: '1', verdict: 'warn' });
    const { rows } = await stack.db.statement(`SELECT _assay_type_errors AS kept FROM ${dataTable(load.source_id)}`);
    const misfits = cases.flatMap(([written, , stored], place) =>
      stored === null ? [[`c_${place + 1}`, written]] : [],
    );
    expect(rows).toEqual([{ kept: Object.fromEntries(misfits) }]);
    cases.forEach(([written, type, stored], place) => {
      const { nulls, type_errors } = columns[`v${place}`] ?? {};
      expect([written, type, values[`v${place}`], nulls, type_errors]).toEqual([
        written,
        type,
        [stored],
        '0',
        stored === null ? '1' : '0',
      ]);
    });
  });
});

describe.concurrent('names are data', () => {
  const names = [
    ...['', ' ', 'a.b', 'a', 'A', 'constructor', 'toString', '"', "'", '\\', '`', '\0', '\n', '\u{1F600}'],
    ...['\u00e4', 'a\u0308', "'; DROP TABLE x", '<script>alert(1)</script>', 'c_1', '_assay_line', '_assay_load_id'],
    ...['load_id', 'line', 'x'.repeat(1000), '__proto__'],
  ];
  const record = (value: (place: number) => number) =>
    `{${names.map((name, place) => `${JSON.stringify(name)}:${String(value(place))}`).join(',')}}\n`;

  test('every key is a column of its own with exactly that name, in the view for people, too', async () => {
    const { load, columns, values } = await take(record((place) => place) + record((place) => place + 100));
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '2', findings: [] });
    expect(Object.keys(columns)).toEqual(names);
    names.forEach((name, place) => {
      expect([name, values[name]]).toEqual([name, [String(place), String(place + 100)]]);
    });
    const view = publishedView(load.source_id);
    const { rows } = await stack.db.statement(
      `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = '${view}' ORDER BY position`,
    );
    const shown = rows.map((row) => row['name']);
    // An identifier of the engine cannot be empty.
    expect(shown.slice(0, names.length)).toEqual(names.map((name) => (name === '' ? '_c_1' : name)));
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test('a dot in a key and a key inside a key are different columns', async () => {
    const { values } = await take('{"a.b":1,"a":{"b": 1.50}}\n');
    expect(values).toEqual({ 'a.b': ['1'], a: ['{"b": 1.50}'] });
  });

  test('a header of CSV is, too', async () => {
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).slice(1);
    const { load, values } = await take(`${header.join(',')}\n${header.map((_, place) => place).join(',')}\n`);
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '1' });
    names.slice(1).forEach((name, place) => {
      expect([name, values[name]]).toEqual([name, [String(place)]]);
    });
  });
});

describe.concurrent('types', () => {
  test('a column of mixed kinds keeps each value as its JSON text, and says how many there are of each', async () => {
    const { load, columns, values } = await take(
      '{"v":1}\n{"v":"1"}\n{"v":2}\n{"v":{"k":1}}\n{"v":true}\n{"v":null}\n',
    );
    expect(columns['v']).toMatchObject({ type: 'JSON', nulls: '1', type_errors: '0' });
    expect(values['v']).toEqual(['1', '"1"', '2', '{"k":1}', 'true', null]);
    expect(load.findings).toEqual([
      'Column "v" mixes 2 numbers, 1 object, 1 string, 1 boolean; each is kept as its JSON text. Declare its type to have the others reported.',
    ]);
  });

  test('days and times that do not exist are told apart from those that may be two', async () => {
    const dates = await take(
      'd,n\n2024-02-29,1\n2023-02-29,2\n01/02/2024,3\nsoon,4\n',
      'columns:\n  d: { type: Date }',
    );
    expect(dates.columns['d']).toMatchObject({ type_errors: '3' });
    expect(dates.load.findings).toEqual([
      'Column "d": line 3 has "2023-02-29", a day that does not exist; line 4 has "01/02/2024", which may be 2024-02-01 or 2024-01-02. Say which with a timestamp_format, such as %d/%m/%Y.',
    ]);
    const times = await take(
      '{"t":"2024-03-10 02:30:00"}\n{"t":"2024-03-10 03:30:00"}\n',
      'zone: America/New_York\ncolumns:\n  t: { type: DateTime }',
    );
    expect(times.values['t']).toEqual([null, '2024-03-10 07:30:00']);
    expect(times.load.findings).toEqual([
      'Column "t": line 1 has "2024-03-10 02:30:00", a time that the clocks of America/New_York skipped or showed twice.',
    ]);
  });

  test.each([
    ['DateTime', '2024-02-01 00:00:00'],
    ['Date', '2024-02-01'],
  ])('a declared format decides what is ambiguous in a column of %s', async (type, wanted) => {
    const yaml = `columns:\n  d: { type: ${type}, timestamp_format: '%d/%m/%Y' }`;
    const { load, columns, values } = await take('d,n\n01/02/2024,1\n1/2/2024,2\n', yaml);
    expect(load).toMatchObject({ findings: [] });
    expect(columns['d']).toMatchObject({ type_errors: '1' });
    expect(values['d']).toEqual([wanted, null]);
  });

  test('columns past the limit stay with their rows, their nulls are counted as far as limits allow, and they are told', async () => {
    const keys = Array.from({ length: 1_150 }, (_, place) => `k${place}`);
    const { load, columns } = await take(
      `{${keys.map((key) => `"${key}":1`).join(',')}}\n{${keys.map((key) => `"${key}":null`).join(',')}}\n{"k0":1}\n`,
    );
    expect(load).toMatchObject({ state: 'loaded', rows: '3' });
    expect(Object.keys(columns)).toHaveLength(1_100);
    expect(columns['k999']).toMatchObject({ type: 'Int64', nulls: '2', absent: '1' });
    expect(columns['k1000']).toMatchObject({ type: 'undeclared', nulls: '2', absent: '1', type_errors: '0' });
    expect(load.findings).toEqual([
      expect.stringMatching(
        /more columns than the limit columns_max of 1000: "k1000".* and 145 more are kept as undeclared/,
      ),
    ]);
    const { rows } = await stack.db.statement(
      `SELECT toString(length(_assay_extra)) AS extra, _assay_extra['k1149'] AS last FROM ${dataTable(load.source_id)} ORDER BY _assay_line`,
    );
    expect(rows).toEqual([
      { extra: '150', last: '1' },
      { extra: '150', last: 'null' },
      { extra: '0', last: '' },
    ]);
  });

  test('new keys in every row are kept, counted to a limit and told', async () => {
    const lines = Array.from({ length: 12_000 }, (_, place) => `{"id":${place},"key ${place}":${place}}`);
    const { load } = await take(lines.join('\n'), 'limits: { columns_max: 10 }');
    expect(load).toMatchObject({ state: 'loaded', rows: '12000', rejects: '0' });
    expect(load.findings).toEqual([
      expect.stringMatching(/more than 10000 different undeclared keys.* look like data/),
    ]);
  });
});

describe.concurrent('JSONL', () => {
  test('rejects what is no record by line, with its bytes, and loads the rest', async () => {
    const lines: [line: string, code: string][] = [
      ['{"a":1}', ''],
      ['oops', 'not_json'],
      ['1', 'not_an_object'],
      ['"x"', 'not_an_object'],
      ['[1]', 'not_an_object'],
      ['null', 'not_an_object'],
      ['{"a":2}{}', 'trailing_text'],
      ['{"b":{"k":1,"\\u006b":2}}', 'duplicate_key'],
      ['{"b":"\\ud800"}', 'lone_surrogate'],
      ['{"b":"\xff"}', 'invalid_utf8'],
      ['{"b":"\0"}', 'control_character'],
      ['{"b":NaN}', 'not_json'],
      ['{"b":-Infinity}', 'not_json'],
      [`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'too_deep'],
      [' ', ''],
      ['{"a":2}\r', ''],
    ];
    const bytes = Buffer.from(lines.map(([line]) => `${line}\n`).join(''), 'latin1');
    const { load, rejects, values } = await take(bytes);
    const wrong = lines.flatMap(([, code], place) => (code === '' ? [] : [[String(place + 1), code]]));
    expect(rejects).toEqual(wrong);
    expect(values).toEqual({ a: ['1', '2'] });
    expect(load).toMatchObject({
      state: 'loaded',
      verdict: 'warn',
      rows: '2',
      rejects: String(wrong.length),
      records: String(wrong.length + 2),
    });
  });

  test('holds the limits on records that a source declares', async () => {
    const yaml = 'limits: { depth_max: 2, record_bytes_max: 12 }';
    const { rejects } = await take('{"a":1}\n{"a":[[1]]}\n{"a":[1]}\n{"a":12345678}\n', yaml);
    expect(rejects).toEqual([
      ['2', 'too_deep'],
      ['4', 'too_long'],
    ]);
  });

  test('loads records of 1 MiB and of 10 MiB, and rejects one a byte longer', async () => {
    const record = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}\n`;
    const MiB = 1024 * 1024;
    const { load, rejects } = await take(record(MiB) + record(10 * MiB) + record(10 * MiB + 1) + record(9));
    expect(load).toMatchObject({ state: 'loaded', rows: '3', rejects: '1' });
    expect(rejects).toEqual([['3', 'too_long']]);
  });

  test('loads 64 levels', async () => {
    const { load } = await take(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}\n`);
    expect(load).toMatchObject({ rows: '1', rejects: '0' });
  });

  test.each([
    ['JSONL cut inside a record', '{"a":1}\n{"a":2}\n{"a":', 3],
    ['JSONL cut inside a character', Buffer.from('{"a":"x"}\n{"a":"\u00e9', 'utf8').subarray(0, -1), 2],
    ['CSV cut inside a record', 'a,b\n1,2\n3', 3],
    ['CSV cut inside a quoted field', 'a,b\n1,2\n3,"x', 3],
  ])('%s says that it may have been cut', async (_, bytes, line) => {
    const { load } = await take(bytes);
    expect(load).toMatchObject({ state: 'loaded', verdict: 'warn', rejects: '1' });
    expect(load.findings).toEqual([
      `The file ends in the middle of its last record, line ${line}, without a line end: it may have been cut. Send it again whole if it was.`,
    ]);
  });

  test('a last record that is wrong, but ended, is no cut', async () => {
    expect((await take('{"a":1}\n{"a":\n')).load.findings).toEqual([]);
  });

  test.each([
    ['UTF-8 with a mark', Buffer.from('\ufeff{"a":"\u00e9\u2028"}\n')],
    ['UTF-16 with a mark', Buffer.from('\ufeff{"a":"\u00e9\u2028"}\n', 'utf16le')],
  ])('%s is decoded', async (_, bytes) => {
    const { load, values } = await take(bytes);
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '1' });
    expect(values).toEqual({ a: ['\u00e9\u2028'] });
  });
});

describe.concurrent('CSV', () => {
  test.each([
    ['comma', 'a,b\n1,2;3\n', ''],
    ['semicolon', 'a;b\n1;2,3\n', ''],
    ['tab', 'a\tb\n1\t2,3\n', ''],
    ['pipe', 'a|b\n1|2,3\n', ''],
    ['declared delimiter', 'a,x;b\n1,0;2\n', "delimiter: ';'"],
    ['CRLF', 'a,b\r\n1,2\r\n', ''],
    ['CR alone', 'a,b\r1,2\r', ''],
  ])('of a %s is read with its header', async (_, bytes, yaml) => {
    const { load, columns } = await take(bytes, yaml);
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', format: 'csv', rows: '1' });
    expect(Object.keys(columns).at(-1)).toBe('b');
    expect(Object.keys(columns)).toHaveLength(2);
  });

  test('without header has numbered columns, or those that are declared', async () => {
    expect((await take('1,x\n2,y\n', 'header: false')).values).toEqual({ column_1: ['1', '2'], column_2: ['x', 'y'] });
    const yaml = 'header: false\ncolumns:\n  id: { type: Int8 }\n  name: { type: String }';
    expect((await take('1,x\n2,y\n', yaml)).values).toEqual({ id: ['1', '2'], name: ['x', 'y'] });
  });

  test('names the line where a reject starts, and goes on behind it', async () => {
    const { rejects, load } = await take('a,b\n"l2\nl3",2\n1\n1,2,3\n"x"y,2\n4," 5\n6,7\n');
    expect(rejects).toEqual([
      ['4', 'field_count'],
      ['5', 'field_count'],
      ['6', 'stray_quote'],
      ['7', 'unterminated_quote'],
    ]);
    expect(load).toMatchObject({ rows: '2', rejects: '4', records: '6' });
  });

  test('names columns that have no name or one that is taken, and says so', async () => {
    const { load, columns } = await take('a,a,,b\n1,2,3,4\n');
    expect(Object.keys(columns)).toEqual(['a', 'a_2', 'column_3', 'b']);
    expect(load.findings).toEqual([
      'The header uses names more than once; the later fields are called a_2.',
      'The header leaves fields without a name; they are called column_3.',
    ]);
  });
});

describe.concurrent('a file as a whole', () => {
  const damaged = (bytes: Buffer, at: number): Buffer => {
    bytes.writeUInt8(bytes.readUInt8(bytes.length + at) ^ 1, bytes.length + at);
    return bytes;
  };
  const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

  test.each([
    ['gzip of two members', Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')]), 'gzip'],
    ['zstd of two frames', Buffer.concat([zstdCompressSync('{"a":1}\n'), zstdCompressSync('{"a":2}\n')]), 'zstd'],
  ])('%s is read whole', async (_, bytes, compression) => {
    const { load, values } = await take(bytes);
    expect(load).toMatchObject({ state: 'loaded', verdict: 'pass', compression });
    expect(values).toEqual({ a: ['1', '2'] });
  });

  test.each([
    ['gzip that is cut', gzipSync(long).subarray(0, -100), /stops in the middle, at byte \d+/],
    ['zstd that is cut', zstdCompressSync(long, checked).subarray(0, -3), /stops in the middle, at byte \d+/],
    ['gzip with a wrong checksum', damaged(gzipSync(long), -8), /checksum at byte \d+ of the file does not match/],
    ['zstd with a wrong checksum', damaged(zstdCompressSync(long, checked), -1), /wrong checksum/],
    [
      'gzip with garbage behind',
      Buffer.concat([gzipSync(long), Buffer.from('garbage')]),
      /byte \d+ .*other bytes follow/,
    ],
    ['zstd with garbage behind', Buffer.concat([zstdCompressSync(long), Buffer.from('garbage')]), /other bytes follow/],
  ])('%s is partial: held, and what could be read is right', async (_, bytes, reason) => {
    const { load, values, rejects } = await take(bytes);
    expect(load).toMatchObject({ state: 'partial', verdict: 'error' });
    expect(load.reason).toMatch(reason);
    expect(BigInt(load.records)).toBe(BigInt(load.rows) + BigInt(load.rejects));
    expect(rejects.length).toBeLessThanOrEqual(1);
    expect(new Set(values['a'] ?? ['1'])).toEqual(new Set(['1']));
    expect((await commitOfLoad(stack.db, load.source_id, load.load_id))?.state).toBe('held');
  });

  const good = (): Promise<Buffer> =>
    parquet("SELECT number AS id, repeat('x', 20) AS text, [number] AS list FROM numbers(1000)");
  const refused: [string, string | Uint8Array | (() => Promise<Uint8Array>), RegExp, string?][] = [
    ['an HTML page', '<!doctype html><title>502</title>', /HTML page.*fetch the file again/],
    [
      'a JSON array',
      '[{"a":1},\n{"a":2}]',
      /JSON array, not JSONL: write each record as an object on a line of its own/,
    ],
    ['pretty-printed JSON', '{\n  "a": 1\n}\n', /spread over several lines, not JSONL: write each record on one line/],
    ['a zip', 'PK\x03\x04xx', /ZIP archive.*unpack it/],
    [
      'UTF-16 without a mark',
      Buffer.from('id,name\n1,x\n', 'utf16le'),
      /UTF-16LE text without a byte-order mark: save it/,
    ],
    ['random bytes', Buffer.from(Array.from({ length: 900 }, (_, i) => (i * 7919) % 256)), /binary data/],
    ['scalars declared as JSONL', '1\n2\n', /none of its first lines is a JSON object/, 'format: jsonl'],
    ['a header that is no text', Buffer.from('n\xe4me,b\n1,2\n', 'latin1'), /header is not UTF-8 text: save the file/],
    ['gzip in gzip', gzipSync(gzipSync(long)), /only one layer/],
    ['gzip cut in its header', gzipSync(long).subarray(0, 8), /stops in the middle.*Nothing could be read/],
    [
      'a gzip bomb',
      gzipSync(Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(1 << 27, 'x')])),
      /100 times.*ratio_max/,
    ],
    ['a zstd bomb', zstdCompressSync(long.repeat(200)), /100 times.*ratio_max/],
    ['too many bytes', long, /limit bytes_in_max/, 'limits: { bytes_in_max: 1000 }'],
    ['too many bytes inside', gzipSync(long), /limit bytes_out_max/, 'limits: { bytes_out_max: 1000 }'],
    ['too many rows', long, /limit rows_max/, 'limits: { rows_max: 1000 }'],
    [
      'Parquet with too many rows',
      good,
      /1000 rows; the limit rows_max of this source is 9/,
      'limits: { rows_max: 9 }',
    ],
    ['Parquet that is cut', async () => (await good()).subarray(0, -20), /do not end with PAR1. Send the whole file/],
    ['Parquet overwritten', async () => (await good()).fill(0xee, 100, 300), /damaged: .* Write it anew and send it/],
    ['encrypted Parquet', async () => Buffer.concat([Buffer.from('PARE'), (await good()).subarray(4)]), /decrypt it/],
    ['PAR1 and nothing else', 'PAR1', /do not end with PAR1/],
  ];
  test.each(refused)(
    '%s is refused with one reason and leaves nothing, and the next file is read',
    async (_, content, reason, yaml) => {
      const bytes = typeof content === 'function' ? await content() : content;
      const { load } = await take(bytes, yaml);
      expect(load).toMatchObject({ state: 'refused', verdict: 'error', records: '0', rows: '0', rejects: '0' });
      expect(load.reason).toMatch(reason);
      expect(load.reason).not.toMatch(/DB::|\/tmp|assay-parquet|undefined/);
      expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toBeUndefined();
      const next = await stack.ingest({ source: load.source, name: 'next', bytes: '{"a":1}\n' });
      expect(next.load).toMatchObject({ state: 'loaded', rows: '1' });
    },
  );

  test.each([
    '../../etc/passwd',
    '/etc/passwd',
    'a\nb',
    '\0',
    'con',
    '*.csv',
    "x'; DROP TABLE y",
    '<b>',
    '\u202efdp',
    'n'.repeat(300),
  ])('its name is data: %j', async (name) => {
    const source = `odd-${sources++}`;
    const { load } = await stack.ingest({ source, name, bytes: '{"a":1}\n' });
    expect(load).toMatchObject({ file: name, state: 'loaded', rows: '1' });
    expect(stack.inbox.path(load.load_id).split('/').at(-1)).toBe(load.load_id);
  });
});
