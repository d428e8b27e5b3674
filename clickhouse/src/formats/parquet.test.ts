import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Session } from 'chdb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openParquet } from './parquet/file.ts';
import { engineRefusal } from './parquet/refusal.ts';
import { RefusedFile } from './refused-file.ts';
import { parquetDefaults, readParquet, shown, type ReadOptions } from './testing/read-parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-parquet-test-'));
let engine: Session;
let files = 0;

beforeAll(() => {
  engine = new Session();
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

/** Writes what a query gives as a Parquet file. */
function made(select: string): string {
  const path = join(folder, `${files++}.parquet`);
  engine.query(`${select} INTO OUTFILE '${path}' FORMAT Parquet`);
  return path;
}

function changed(path: string, change: (bytes: Buffer) => Buffer): string {
  const to = join(folder, `${files++}.parquet`);
  writeFileSync(to, change(readFileSync(path)));
  return to;
}

describe('values', () => {
  const cases: [string, string, unknown, string | null][] = [
    ['integers', '-9223372036854775808::Int64', { kind: 'int', bits: 64, signed: true }, '-9223372036854775808'],
    [
      'unsigned integers',
      '18446744073709551615::UInt64',
      { kind: 'int', bits: 64, signed: false },
      '18446744073709551615',
    ],
    ['decimals', "'-12345678.90'::Decimal(10,2)", { kind: 'decimal', precision: 10, scale: 2 }, '-12345678.90'],
    [
      'long decimals',
      `'${'9'.repeat(37)}.1'::Decimal(38,1)`,
      { kind: 'decimal', precision: 38, scale: 1 },
      `${'9'.repeat(37)}.1`,
    ],
    ['doubles', '1.2345678901234568e20::Float64', { kind: 'float', bits: 64 }, '123456789012345680000'],
    ['small doubles', '5e-324::Float64', { kind: 'float', bits: 64 }, '5e-324'],
    ['minus zero', '-0.0::Float64', { kind: 'float', bits: 64 }, '-0'],
    ['not a number', 'nan::Float64', { kind: 'float', bits: 64 }, 'NaN'],
    ['infinity', '-inf::Float64', { kind: 'float', bits: 64 }, '-Infinity'],
    ['floats', '1.1::Float32', { kind: 'float', bits: 32 }, '1.100000023841858'],
    ['booleans', 'true', { kind: 'bool' }, 'true'],
    ['text', `'Grüße, "x" \\\\ \\n \\0 😀'`, { kind: 'string' }, 'Grüße, "x" \\ \n \0 😀'],
    ['empty text', `''`, { kind: 'string' }, ''],
    ['null', 'NULL::Nullable(String)', { kind: 'string' }, null],
    ['days', "toDate32('1950-02-28')", { kind: 'date' }, '1950-02-28'],
    [
      'instants',
      "toDateTime64('2024-03-10 02:30:00.123456', 6, 'America/New_York')",
      { kind: 'timestamp', precision: 6, zone: 'UTC' },
      '2024-03-10T06:30:00.123456',
    ],
    [
      'nanoseconds',
      "toDateTime64('2024-03-10 02:30:00.123456789', 9, 'UTC')",
      { kind: 'timestamp', precision: 9, zone: 'UTC' },
      '2024-03-10T02:30:00.123456789',
    ],
    [
      'identifiers',
      "toUUID('00000000-0000-0000-0000-00000000000f')",
      { kind: 'string' },
      '00000000-0000-0000-0000-00000000000f',
    ],
    ['fixed text with zero bytes', "toFixedString('ab', 3)", { kind: 'string' }, 'ab\0'],
    ['bytes, as hexadecimal', "'\\xFFab'", { kind: 'string' }, 'ff6162'],
    ['lists', '[1, NULL, 18446744073709551615]', { kind: 'json' }, '[1,null,18446744073709551615]'],
    ['structs', "(1, 'x\"y')::Tuple(`a.b` Int8, c String)", { kind: 'json' }, '{"a.b":1,"c":"x\\"y"}'],
    [
      'times in structs of odd names',
      "(toDateTime64('2024-03-10 02:30:00.5', 3, 'UTC'), 1)::Tuple(`a, (\"b\\\\` DateTime64(3, 'UTC'), `c\\`)'` Int8)",
      { kind: 'json' },
      '{"a, (\\"b\\\\":"2024-03-10 02:30:00.500Z","c`)\'":1}',
    ],
    ['maps', "map('k', 1.5::Decimal(10, 4))", { kind: 'json' }, '{"k":1.5}'],
    ['lists of odd floats', '[nan, 1.5]::Array(Float64)', { kind: 'json' }, '["nan",1.5]'],
  ];
  test('of every type are kept', async () => {
    const select = cases.map(([, expression], index) => `${expression} AS v${index}`).join(', ');
    const { rows, rejects, file } = await readParquet(made(`SELECT ${select}`));
    expect(rejects).toEqual([]);
    expect(rows[0]?.typeErrors).toEqual(new Map());
    cases.forEach(([name, , type, value], index) => {
      const stored = file.columns[index]?.type;
      expect({ name, type: stored, value: shown(stored, rows[0]?.values[index]) }).toEqual({ name, type, value });
    });
  });

  test('local timestamps stay without a zone', async () => {
    const utc = made("SELECT toDateTime64('2024-03-10 02:30:00.5', 3, 'UTC') AS v");
    // In the schema's thrift, isAdjustedToUTC = true is the byte 0x11, false 0x12.
    const local = changed(utc, (bytes) => {
      const at = bytes.lastIndexOf(Buffer.from([0x11, 0x1c]));
      bytes[at] = 0x12;
      return bytes;
    });
    const { rows, file } = await readParquet(local);
    expect(file.columns[0]?.type).toEqual({ kind: 'timestamp', precision: 3, zone: null });
    expect(shown(file.columns[0]?.type, rows[0]?.values[0])).toBe('2024-03-10T02:30:00.500');
  });

  test('a value that does not fit its declared type is NULL with its text kept, one that fits is converted', async () => {
    const misfits: [string, string, string][] = [
      ['300', 'Int8', '300'],
      ['1.5::Float64', 'Int64', '1.5'],
      ['true', 'Int64', 'true'],
      ['1.239::Decimal(10,3)', 'Decimal(10,2)', '1.239'],
      ["'2023-02-29'", 'Date', '2023-02-29'],
      ['0.1::Float64', 'Float32', '0.1'],
      ['nan::Float64', 'Decimal(10,2)', 'nan'],
      ["toDateTime64('5107-03-10 08:00:00', 6, 'UTC')", 'DateTime64(3)', '5107-03-10 08:00:00.000000Z'],
    ];
    const fits: [string, string, string][] = [
      ['12.5::Float64', 'Decimal(10,2)', '1250'],
      ['7::UInt8', 'Int64', '7'],
      ["'12'", 'Int64', '12'],
    ];
    const all = [...misfits, ...fits];
    const path = made(`SELECT ${all.map(([expression], index) => `${expression} AS v${index}`).join(', ')}`);
    const declared = Object.fromEntries(all.map(([, type], index) => [`v${index}`, type]));
    const { rows } = await readParquet(path, { declared });
    expect(rows[0]?.values).toEqual([...misfits.map(() => null), ...fits.map(([, , value]) => value)]);
    expect([...(rows[0]?.typeErrors ?? [])]).toEqual(misfits.map(([, , text], index) => [`c_${index + 1}`, text]));
  });

  test('a count of ticks that no year can show stays a number in the type errors', async () => {
    const path = made("SELECT reinterpret(900000000000000000::Int64, 'DateTime64(6, \\'UTC\\')') AS v");
    const { rows } = await readParquet(path);
    expect(rows[0]?.values).toEqual([null]);
    expect(rows[0]?.typeErrors.get('c_1')).toBe('900000000000000000');
  });

  test('undeclared columns are kept as JSON beside the declared ones', async () => {
    const path = made(
      `SELECT 1 AS a, 'x"y' AS b, nan::Float64 AS c, NULL::Nullable(Int8) AS d, true AS e, [1] AS f, 2.5::Float64 AS g`,
    );
    const { rows } = await readParquet(path, { declared: { a: 'Int64', z: 'String' } });
    expect(rows[0]?.values).toEqual(['1', null]);
    expect([...(rows[0]?.extra ?? [])]).toEqual([
      ['b', '"x\\"y"'],
      ['c', '"nan"'],
      ['d', 'null'],
      ['e', 'true'],
      ['f', '[1]'],
      ['g', '2.5'],
    ]);
  });

  test('thousands of columns are no more than the engine takes', async () => {
    const columns = Array.from({ length: 3000 }, (_, place) => `toDateTime64('2024-01-01', 6, 'UTC') AS c${place}`);
    const { rows } = await readParquet(made(`SELECT ${columns.join(', ')}`), { limits: { columns_max: 3000 } });
    expect(rows[0]?.values).toHaveLength(3000);
  });

  test('names are data', async () => {
    const names = ['a.b', 'A', 'a', '__proto__', 'c_1', '`"\'\\\\', '😀', 'x'.repeat(1000), ' ', 't', 'x0'];
    const select = names.map((name, index) => `${index} AS \`${name.replaceAll('`', '\\`')}\``).join(', ');
    const { file, rows } = await readParquet(made(`SELECT ${select}`));
    expect(file.layout.fields).toEqual(names.map((name) => name.replaceAll('\\\\', '\\')));
    expect(rows[0]?.values).toEqual(names.map((_, index) => String(index)));
  });

  test('columns of bytes are found, and said', async () => {
    const { file, rows } = await readParquet(
      made("SELECT arrayJoin(['a', '\\xff', '']) AS v, number AS n FROM numbers(1)"),
    );
    expect(file.findings).toEqual([
      {
        code: 'binary_column',
        finding: 'Column v: 1 of its values are no UTF-8 text; all are kept as hexadecimal.',
      },
    ]);
    expect(rows.map(({ values }) => values[0])).toEqual(['61', 'ff', '']);
  });
});

describe('rows', () => {
  test('a row’s number is its line, over many row groups and chunks', async () => {
    const path = made(
      "SELECT number AS id, repeat('x', number % 50) AS text FROM numbers(300000) SETTINGS output_format_parquet_row_group_size = 10000, max_threads = 4",
    );
    const { rows, rejects } = await readParquet(path, { chunk_bytes: 100_000 });
    expect(rejects).toEqual([]);
    expect(rows).toHaveLength(300_000);
    expect(rows.every(({ line, values }) => values[0] === String(line - 1))).toBe(true);
  });

  test('a footer with places of many columns in many row groups is understood within the memory of the process', async () => {
    const columns = Array.from({ length: 1_000 }, (_, place) => `number AS c${place}`).join(', ');
    const path = made(
      `SELECT [number] AS tags, ${columns} FROM numbers(70) SETTINGS output_format_parquet_row_group_size = 1, max_block_size = 1, max_threads = 1`,
    );
    const { rows } = await readParquet(path);
    expect(rows).toHaveLength(70);
  });

  test('a row longer than the limit is a reject', async () => {
    const path = made("SELECT number AS id, repeat('x', if(number = 1, 200000, 10)) AS text FROM numbers(3)");
    const { rows, rejects } = await readParquet(path, { record_bytes_max: 1000, chunk_bytes: 2000 });
    expect(rows.map(({ line, values }) => [line, values[0]])).toEqual([
      [1, '0'],
      [3, '2'],
    ]);
    expect(rejects).toMatchObject([
      { line: 2, code: 'too_long', reason: expect.stringMatching(/record_bytes_max of this source is 1000/) },
    ]);
  });

  test('a file without rows has columns', async () => {
    const { rows, file } = await readParquet(made('SELECT 1 AS a WHERE 0'));
    expect(rows).toEqual([]);
    expect(file.layout.fields).toEqual(['a']);
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('%s around it is taken off', async (_, compress) => {
    const { rows } = await readParquet(changed(made('SELECT 42 AS a'), (bytes) => compress(bytes)));
    expect(rows[0]?.values).toEqual(['42']);
  });
});

describe('refusals', () => {
  const refused = async (path: string, set: ReadOptions = {}): Promise<string> => {
    try {
      await readParquet(path, set);
    } catch (cause) {
      if (cause instanceof RefusedFile) return `${cause.code}: ${cause.message}`;
      throw cause;
    }
    return 'read';
  };
  let good = '';
  beforeAll(() => {
    good = made('SELECT number AS id, toString(number) AS text FROM numbers(100)');
  });

  test('names what both ends give away', async () => {
    expect(await refused(changed(good, (bytes) => bytes.subarray(0, -3)))).toMatch(
      /^damaged: .*cut or overwritten: its \d+ bytes do not end with PAR1/,
    );
    expect(await refused(changed(good, () => Buffer.from('PAR1')))).toMatch(/^damaged: .*cut/);
    expect(await refused(changed(good, (bytes) => Buffer.concat([Buffer.from('PARE'), bytes.subarray(4)])))).toMatch(
      /^encrypted: /,
    );
    expect(await refused(changed(good, () => Buffer.from('a,b\n1,2\n3,4\n')))).toMatch(
      /^content: .*does not begin with PAR1/,
    );
    expect(
      await refused(
        changed(good, (bytes) => {
          bytes.writeUInt32LE(0x7fffffff, bytes.length - 8);
          return bytes;
        }),
      ),
    ).toMatch(/^damaged: .*footer claims 2147483647 bytes/);
  });

  test('each says in one sentence what is wrong and what to do, without the engine’s own words', async () => {
    const garbage = Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7919) % 256));
    const cases: [string, (bytes: Buffer) => Buffer, RegExp][] = [
      ['a cut', (bytes) => bytes.subarray(0, -50), /^damaged: .* do not end with PAR1\. Send the whole file again\.$/],
      [
        'PAR1 and garbage',
        () => Buffer.concat([Buffer.from('PAR1'), garbage]),
        /^damaged: .* do not end with PAR1\. Send the whole file again\.$/,
      ],
      [
        'garbage between both marks',
        () => Buffer.concat([Buffer.from('PAR1'), garbage, Buffer.from([0x20, 0, 0, 0]), Buffer.from('PAR1')]),
        /^damaged: The Parquet file is damaged: its metadata cannot be understood\. Write it anew and send it again\.$/,
      ],
      [
        'a footer overwritten in part',
        (bytes) => bytes.fill(0xee, bytes.length - 200, bytes.length - 8),
        /^damaged: The Parquet file is damaged: its metadata cannot be understood\. Write it anew and send it again\.$/,
      ],
      [
        'a page overwritten',
        (bytes) => bytes.fill(0xee, 40, 60),
        /^damaged: The Parquet file is damaged: Page CRC [^.]*\. Write it anew and send it again\.$/,
      ],
    ];
    for (const [name, change, message] of cases)
      expect([name, await refused(changed(good, change))]).toEqual([name, expect.stringMatching(message)]);
  });

  test.each([
    [
      'Code: 1. DB::Exception: Cannot decrypt ColumnMetadata. FileDecryption is not setup correctly: (in file/uri /x). (BAD)',
      /^encrypted: The Parquet file has encrypted columns: decrypt it before sending it\.$/,
    ],
    [
      'DB::Exception: Unexpected end of page data: read stage: MainData: column: encrypted_memory limit (in file /x)',
      /^damaged: .*Unexpected end of page data \(column encrypted_memory limit\)/,
    ],
    [
      'DB::Exception: Unexpected logical/converted type: SchemaElement(type=BYTE_ARRAY, name=shape, num_children=0)',
      /^unsupported: .*cannot read: the unknown type of column shape\. Leave that out, or send the table as CSV or JSONL\.$/,
    ],
    [
      'two columns are called encrypted memory limit',
      /^unsupported: Two columns of the Parquet file are called encrypted memory limit: give each a name of its own\.$/,
    ],
    [
      'DB::Exception: Query memory limit exceeded: would use 2 GiB',
      /^limit: .*memory_bytes_max of Parquet files: write it with/,
    ],
  ])('what the engine says is put in words: %s', (message, expected) => {
    const { code, message: told } = engineRefusal({ kind: 'failed', message }, '/x', parquetDefaults.limits);
    expect(`${code}: ${told}`).toMatch(expected);
  });

  test('damaged pages are found by their checksums, and nothing of the engine’s inside is told', async () => {
    const answer = await refused(
      changed(good, (bytes) => {
        bytes.fill(0xee, 40, 60);
        return bytes;
      }),
    );
    expect(answer).toMatch(/^damaged: The Parquet file is damaged: /);
    expect(answer).not.toMatch(/DB::|assay-parquet|\/tmp/);
  });

  test.each([
    ['rows_max', { limits: { rows_max: 99 } }],
    ['columns_max', { limits: { columns_max: 1 } }],
    ['bytes_out_max', { bytes: { bytes_out_max: 100 } }],
    ['ratio_max', { limits: { ratio_max: 0.1, ratio_from_bytes: 10 } }],
    ['bytes_in_max', { bytes: { bytes_in_max: 10 } }],
  ])('past %s by its name', async (name, set) => {
    expect(await refused(good, set)).toMatch(new RegExp(`^limit: .*${name}`));
  });

  test('a file that makes the process ask for more memory than it may have is refused, and this one goes on', async () => {
    // A schema that claims 2^27 columns in a list of a few bytes.
    const footer = Buffer.from([0x15, 0x02, 0x19, 0xfc, 0x80, 0x80, 0x80, 0x40, 0x00, 0x00]);
    const tail = Buffer.alloc(4);
    tail.writeUInt32LE(footer.length);
    const path = changed(good, () => Buffer.concat([Buffer.from('PAR1'), footer, tail, Buffer.from('PAR1')]));
    expect(await refused(path)).toMatch(/^(?:damaged|crashed|limit): /);
  });

  test('fifty bytes that make a schema inference take all memory there is are refused', async () => {
    // From the fuzzing corpus of Apache Arrow (arrow-testing, Apache-2.0), behind the mark it lacks.
    const bytes = Buffer.from('FSAZ8////yAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgKgAAAFBBUjE=', 'base64');
    expect(await refused(changed(good, () => Buffer.concat([Buffer.from('PAR1'), bytes])))).toMatch(
      /^damaged: .*metadata/,
    );
  });

  test('a process that gets no memory is refused the file, and this one goes on', async () => {
    expect(await refused(good, { limits: { address_space_bytes_max: 1 << 20 } })).toMatch(
      /^(?:crashed|limit|damaged): /,
    );
  });

  test('a process that does not stand ready in time is no fault of the file', async () => {
    await expect(readParquet(good, { limits: { stall_seconds_max: 0.01 } })).rejects.toThrow(/could not start/);
  });

  test('nothing is left in the temporary folder, however it ended', async () => {
    const own = join(folder, 'tmp');
    mkdirSync(own);
    vi.stubEnv('TMPDIR', own);
    await readParquet(good);
    expect(await refused(good, { limits: { address_space_bytes_max: 1 << 20 } })).not.toBe('read');
    expect(await refused(changed(good, (bytes) => bytes.subarray(0, -3)))).not.toBe('read');
    vi.unstubAllEnvs();
    expect(readdirSync(own)).toEqual([]);
  });

  test('an abort ends the process', async () => {
    const stop = new AbortController();
    const path = made("SELECT repeat('x', 1000) AS text FROM numbers(100000)");
    const file = await openParquet({ path, ...parquetDefaults, signal: stop.signal });
    try {
      await expect(async () => {
        for await (const piece of file.content()) {
          expect(piece.length).toBeGreaterThan(0);
          stop.abort(new Error('enough'));
        }
      }).rejects.toThrow('enough');
    } finally {
      await file.close();
    }
  });

  test('any flipped bit ends in the same rows or in a refusal', async () => {
    const bytes = readFileSync(good);
    const expected = (await readParquet(good)).rows.map(({ values }) => values.join());
    let refusals = 0;
    for (let turn = 0; turn < 16; turn++) {
      const at = (turn * 1511 + 5) % bytes.length;
      const path = changed(good, (copy) => {
        copy[at] = (copy[at] ?? 0) ^ (1 << (turn % 8));
        return copy;
      });
      const { rows, answer } = await readParquet(path).then(
        (result) => ({ rows: result.rows, answer: '' }),
        (cause: unknown) => ({ rows: undefined, answer: cause instanceof RefusedFile ? cause.message : String(cause) }),
      );
      if (rows !== undefined) expect(rows.map(({ values }) => values.join())).toEqual(expected);
      else {
        refusals++;
        expect(answer).toMatch(/^The (?:Parquet file|reader crashed|file is not Parquet)/);
      }
    }
    expect(refusals).toBeGreaterThan(0);
  }, 300_000);
});
