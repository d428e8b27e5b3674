import type { ColumnType } from '@assay/rules';
import { describe, expect, test } from 'vitest';
import { planFor, readAll } from './testing/read-all.ts';

const json: ColumnType = { kind: 'json' };
const string: ColumnType = { kind: 'string' };
const int64: ColumnType = { kind: 'int', bits: 64, signed: true };

const plan = planFor({ a: json });

async function values(line: string): Promise<unknown> {
  const { rows, rejects } = await readAll(`${line}\n`, plan);
  return rejects[0]?.code ?? rows[0]?.values[0];
}

describe('a record is one RFC 8259 object', () => {
  const accepted: [name: string, written: string][] = [
    ['an integer', '1'],
    ['zero', '0'],
    ['minus zero, kept as written', '-0'],
    ['a fraction with zeros at its end', '1.50'],
    ['an exponent with plus', '1E+2'],
    ['a huge exponent', '1e400'],
    ['a tiny one', '1e-400'],
    ['forty digits', '1234567890123456789012345678901234567890'],
    ['true', 'true'],
    ['an empty string', '""'],
    ['all short escapes', '"\\"\\\\\\/\\b\\f\\n\\r\\t"'],
    ['an escaped NUL', '"\\u0000"'],
    ['a surrogate pair', '"\\ud83d\\ude00"'],
    ['a noncharacter', '"\\uffff"'],
    ['raw DEL', '"\u007f"'],
    ['raw U+2028 and U+0085, which end no line', '"\u2028\u0085"'],
    ['four-byte characters', '"😀"'],
    ['an empty array', '[]'],
    ['arrays with white space', '[ 1 ,\t2 ]'],
    ['an object in an object', '{"b":{"c":[{}]}}'],
    ['the same key in two objects', '[{"k":1},{"k":2}]'],
    ["a key and its own value's key", '{"a":{"a":1}}'],
  ];
  test.each(accepted)('keeps %s exactly as written', async (_name, written) => {
    expect(await values(`{"a":${written}}`)).toBe(written);
    expect(await values(` \t{ "a"\t: ${written} } \r`)).toBe(written);
  });

  const refused: [name: string, line: string, code: string][] = [
    ['plain text', 'hello', 'not_json'],
    ['an array', '[1,"x",2]', 'not_an_object'],
    ['a number', '12', 'not_an_object'],
    ['a string', '"{}"', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['true', 'true', 'not_an_object'],
    ['a second object', '{}{}', 'trailing_text'],
    ['text behind the object', '{"a":1} #', 'trailing_text'],
    ['a comma behind the object', '{"a":1},', 'trailing_text'],
    ['a missing brace', '{"a":1', 'not_json'],
    ['a missing value', '{"a":}', 'not_json'],
    ['a missing colon', '{"a" 1}', 'not_json'],
    ['a missing comma', '{"a":1 "b":2}', 'not_json'],
    ['a comma too many', '{"a":1,}', 'not_json'],
    ['two commas', '{"a":[1,,2]}', 'not_json'],
    ['single quotes', "{'a':1}", 'not_json'],
    ['a bare key', '{a:1}', 'not_json'],
    ['a number as key', '{1:1}', 'not_json'],
    ['a leading zero', '{"a":01}', 'not_json'],
    ['a leading point', '{"a":.5}', 'not_json'],
    ['a trailing point', '{"a":5.}', 'not_json'],
    ['a plus sign', '{"a":+1}', 'not_json'],
    ['two minus signs', '{"a":--1}', 'not_json'],
    ['an empty exponent', '{"a":1e}', 'not_json'],
    ['hexadecimal', '{"a":0x10}', 'not_json'],
    ['NaN', '{"a":NaN}', 'not_json'],
    ['Infinity', '{"a":-Infinity}', 'not_json'],
    ['True', '{"a":True}', 'not_json'],
    ['nulll', '{"a":nulll}', 'not_json'],
    ['a comment', '{"a":1/**/}', 'not_json'],
    ['brackets that do not match', '{"a":[1}', 'not_json'],
    ['an unknown escape', '{"a":"\\x41"}', 'not_json'],
    ['a short \\u escape', '{"a":"\\u12"}', 'not_json'],
    ['a \\u escape with other letters', '{"a":"\\u00g0"}', 'not_json'],
    ['an unfinished string', '{"a":"b}', 'not_json'],
    ['a raw tab in a string', '{"a":"\t"}', 'control_character'],
    ['a raw NUL in a string', '{"a":"\0"}', 'control_character'],
    ['a raw CR in a string', '{"a":"\rb"}', 'control_character'],
    ['a raw control character in a key', '{"\u0001":1}', 'control_character'],
    ['a high surrogate alone', '{"a":"\\ud800"}', 'lone_surrogate'],
    ['a low surrogate alone', '{"a":"\\udc00"}', 'lone_surrogate'],
    ['a pair the wrong way round', '{"a":"\\udc00\\ud800"}', 'lone_surrogate'],
    ['a lone surrogate deep inside', '{"a":[{"b":"\\ud83dx"}]}', 'lone_surrogate'],
    ['a lone surrogate in a key', '{"\\ud800":1}', 'lone_surrogate'],
    ['a vertical tab between tokens', '{"a":\v1}', 'not_json'],
    ['a no-break space between tokens', '{"a":\u00a01}', 'not_json'],
    ['a byte-order mark inside the file', '{}\n\ufeff{}', 'not_json'],
  ];
  test.each(refused)('rejects %s', async (_name, line, code) => {
    const file = `${line}\n{"a":1}\n`;
    const { rows, rejects } = await readAll(file, plan);
    const text = line.split('\n').at(-1);
    expect(rejects.map((reject) => [reject.code, reject.raw])).toEqual([[code, text]]);
    expect(rejects[0]?.reason).toMatch(/^.{20,200}\.$/s);
    expect(rows.at(-1)?.values).toEqual(['1']);
  });
});

describe('duplicate keys are rejected and named', () => {
  test.each([
    ['at the top', '{"a":1,"a":1}', '"a"'],
    ['at the top, an undeclared one', '{"b":1,"a":2,"b":3}', '"b"'],
    ['when the second is escaped', '{"a":1,"\\u0061":1}', '"a"'],
    ['when the first is escaped', '{"\\u0061":1,"a":1}', '"a"'],
    ['when an undeclared one is escaped', '{"\\u00e9":1,"é":1}', '"é"'],
    ['in a nested object', '{"x":{"k":1,"k":2}}', '"k"'],
    ['in a nested object, escaped', '{"x":[[{"k":1,"\\u006b":2}]]}', '"k"'],
    [
      'behind many keys',
      `{"x":{${Array.from({ length: 40 }, (_, key) => `"k${String(key)}":0`).join(',')},"k7":1}}`,
      '"k7"',
    ],
    ['empty', '{"":1,"":2}', '""'],
    ['__proto__', '{"__proto__":1,"__proto__":2}', '"__proto__"'],
    ['hostile', '{"x":{"\\"\\n":1,"\\"\\n":2}}', '"\\"\\n"'],
  ])('%s', async (_name, line, key) => {
    const { rejects } = await readAll(line, plan);
    expect(rejects[0]).toMatchObject({
      code: 'duplicate_key',
      reason: expect.stringContaining(`The key ${key} occurs twice`),
    });
  });

  test('names that differ by case, Unicode form or a dot are different', async () => {
    const line = '{"a":1,"A":2,"\u00e9":3,"e\u0301":4,"a.b":5,"":6," ":7,"__proto__":8,"constructor":9}';
    const { rows } = await readAll(line, planFor({}));
    expect([...(rows[0]?.extra.keys() ?? [])]).toEqual([
      'a',
      'A',
      '\u00e9',
      'e\u0301',
      'a.b',
      '',
      ' ',
      '__proto__',
      'constructor',
    ]);
  });

  test('a hundred thousand keys in one record take no quadratic time', async () => {
    const members = Array.from({ length: 100_000 }, (_, key) => `"key ${String(key)}":1`).join(',');
    const wide = planFor({}, { limits: { record_bytes_max: 1 << 24, depth_max: 100, columns_max: 1000 } });
    const all = await readAll(`{${members}}\n{"nested":{${members}}}\n{"key 7":2}\n`, wide, { chunk_bytes: 1 << 24 });
    expect(all.rows.map((row) => row.extra.size)).toEqual([100_000, 1, 1]);
    expect(all.totals.extras.size).toBe(10_000);
    expect(all.totals.extras_unlisted).toBe(90_001);
  });
});

describe('lines', () => {
  test('end with LF only; a CR before it belongs to the line end', async () => {
    const { rows, totals } = await readAll('{"a":"x"}\r\n{"a":"\u2028"}\r\n\r\n \n{"a":"z"}', plan);
    expect(rows.map(({ line, offset }) => [line, offset])).toEqual([
      [1, 0],
      [2, 11],
      [5, 28],
    ]);
    expect(totals.lines).toBe(5);
  });

  test('blank ones are no records, but count', async () => {
    const { rows, rejects, totals } = await readAll('\n\n   \n\t\r\n{}\n\n', plan);
    expect([rows.map(({ line }) => line), rejects, totals.lines]).toEqual([[5], [], 6]);
  });

  test('a byte-order mark at the start of the file is removed and counts as bytes', async () => {
    const { rows } = await readAll('\ufeff{"a":1}\n{"a":2}', plan);
    expect(rows.map(({ line, offset, values: [value] }) => [line, offset, value])).toEqual([
      [1, 3, '1'],
      [2, 11, '2'],
    ]);
  });

  test('the last one needs no line end; when it is cut it is called truncated', async () => {
    const { rows, rejects } = await readAll('{"a":1}\n{"a":"cut', plan);
    expect(rows).toHaveLength(1);
    expect(rejects).toMatchObject([{ line: 2, offset: 8, code: 'truncated', raw: '{"a":"cut' }]);
  });

  test('a file of only blanks, and an empty one, have no records', async () => {
    for (const file of ['', '\n', ' \n\n', '\ufeff', '\r\n'])
      expect((await readAll(file, plan)).totals.records).toBe(0);
  });
});

describe('invalid UTF-8 is rejected with the offset of the byte', () => {
  test.each([
    ['a stray continuation byte', [0x80]],
    ['a lead byte without continuation', [0xc3]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong form of three bytes', [0xe0, 0x80, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a code point past U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0xe9]],
    ['0xff', [0xff]],
  ])('%s', async (_name, bytes) => {
    const good = Buffer.from('{"a":"é"}\n');
    const bad = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}\n')]);
    const { rows, rejects } = await readAll(Buffer.concat([good, bad, good]), plan);
    expect(rows.map(({ line }) => line)).toEqual([1, 3]);
    const [reject] = rejects;
    expect(reject).toMatchObject({ line: 2, offset: 11, code: 'invalid_utf8' });
    expect(reject?.reason).toContain(`byte offset 17 of the file (offset 6 of the record)`);
    expect(reject?.raw).toBe(`{"a":"${bytes.map((byte) => `\\x${byte.toString(16)}`).join('')}"}`);
  });
});

describe('depth', () => {
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  test('64 levels load, and 100', async () => {
    expect((await readAll(`${nested(64)}\n${nested(100)}\n`, plan)).rows).toHaveLength(2);
  });

  test.each([101, 5_000, 50_000, 100_000])('%i levels are rejected, and the limit is named', async (levels) => {
    const { rejects } = await readAll(`${nested(levels)}\n{}\n`, plan, { chunk_bytes: 1 << 22 });
    expect(rejects).toMatchObject([
      {
        line: 1,
        code: 'too_deep',
        reason:
          'The record is nested deeper than 100 levels, the limit depth_max of this source, at offset 500 of the record.',
      },
    ]);
  });

  test('a record of 100,000 brackets does no harm', async () => {
    expect((await readAll(`${'['.repeat(100_000)}\n{}\n`, plan)).rejects).toMatchObject([{ code: 'too_deep' }]);
  });
});

describe('names are data', () => {
  const names = [
    '',
    ' ',
    'a.b',
    '__proto__',
    'constructor',
    '"',
    '\\',
    '`',
    '\0',
    '😀',
    'ä',
    'a\u0308',
    'A',
    'a',
    "'; DROP TABLE x",
    'c_1',
    '_assay_line',
    'x'.repeat(1000),
  ];

  test('every name is a column of its own with exactly that name', async () => {
    const columns = Object.fromEntries(names.filter((name) => name !== '__proto__').map((name) => [name, int64]));
    const hostile = { ...planFor(columns) };
    const withProto = { ...hostile, columns: [...hostile.columns, { name: '__proto__', number: 99, type: int64 }] };
    const line = `{${withProto.columns.map(({ name }, index) => `${JSON.stringify(name)}:${String(index)}`).join(',')}}`;
    const backwards = `{${[...withProto.columns]
      .reverse()
      .map(({ name }) => `${JSON.stringify(name)}:7`)
      .join(',')}}`;
    const { rows } = await readAll(`${line}\n${backwards}\n`, withProto);
    expect(rows[0]?.values).toEqual(withProto.columns.map((_, index) => String(index)));
    expect(rows[1]?.values).toEqual(withProto.columns.map(() => '7'));
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("a raw key that spells another column's name with a backslash is not that column", async () => {
    const odd = planFor({ 'a\\n': int64, 'a\n': int64 });
    const { rows } = await readAll('{"a\\n":1,"a\\\\n":2}', odd);
    expect(rows[0]?.values).toEqual(['2', '1']);
  });
});

describe('fields', () => {
  const declared = planFor({ n: int64, s: string });

  test('null and absent are told apart', async () => {
    const { rows, totals } = await readAll('{"n":null,"s":"x"}\n{"s":null}\n{}\n', declared);
    expect(rows.map(({ values: all, absent }) => [all, absent])).toEqual([
      [[null, 'x'], []],
      [[null, null], ['1']],
      [
        [null, null],
        ['1', '2'],
      ],
    ]);
    expect(totals.columns.map(({ nulls, absent, type_errors }) => [nulls, absent, type_errors])).toEqual([
      [1, 2, 0],
      [1, 1, 0],
    ]);
  });

  test('a value that does not fit leaves the row, with NULL and its text as written', async () => {
    const { rows, totals } = await readAll(
      '{"n":"12","s":5}\n{"n":1.0,"s":{"x": 1.50}}\n{"n":true,"s":null}\n{"n":1}\n',
      declared,
    );
    expect(rows.map(({ values: all, typeErrors }) => [all, [...typeErrors]])).toEqual([
      [
        [null, null],
        [
          ['c_1', '"12"'],
          ['c_2', '5'],
        ],
      ],
      [
        [null, null],
        [
          ['c_1', '1.0'],
          ['c_2', '{"x": 1.50}'],
        ],
      ],
      [[null, null], [['c_1', 'true']]],
      [['1', null], []],
    ]);
    expect(totals.columns.map(({ type_errors, odd }) => [type_errors, odd])).toEqual([
      [
        3,
        [
          { line: 1, raw: '"12"' },
          { line: 2, raw: '1.0' },
          { line: 3, raw: 'true' },
        ],
      ],
      [
        2,
        [
          { line: 1, raw: '5' },
          { line: 2, raw: '{"x": 1.50}' },
        ],
      ],
    ]);
  });

  test('undeclared ones are kept word for word and counted', async () => {
    const { rows, totals } = await readAll(
      '{"n":1,"x": 1.50 ,"y":null}\n{"x":"\\u00e9","n":2,"z":{ "k" : [] }}\n',
      declared,
    );
    expect(rows.map(({ extra }) => [...extra])).toEqual([
      [
        ['x', '1.50'],
        ['y', 'null'],
      ],
      [
        ['x', '"\\u00e9"'],
        ['z', '{ "k" : [] }'],
      ],
    ]);
    expect([...totals.extras].map(([name, { values: count, nulls }]) => [name, count, nulls])).toEqual([
      ['x', 2, 0],
      ['y', 0, 1],
      ['z', 1, 0],
    ]);
  });

  test('undeclared values and misfits of any length are kept, up to the last bytes of a file', async () => {
    const lengths = [...Array(10).keys(), 124, 125, 126, 127, 128, 197, 198, 199, 200, 201];
    const texts = lengths.map((length) => `"${'x'.repeat(length)}"`);
    for (const written of [...texts, `[${'1,'.repeat(5_000)}2]`]) {
      for (const line of [`{"u":${written},"n":${written}}`, `{"n":${written},"u":${written}}`]) {
        const { rows } = await readAll(line, declared);
        expect(rows.map(({ extra, typeErrors }) => [[...extra], [...typeErrors]])).toEqual([
          [[['u', written]], [['c_1', written]]],
        ]);
      }
    }
  });

  test('a rejected record leaves nothing behind', async () => {
    const { rows, totals } = await readAll('{"n":1,"x":1,"s":"a","y":}\n{"s":"b"}\n', declared);
    expect(rows.map(({ values: all, extra, absent }) => [all, extra.size, absent])).toEqual([[[null, 'b'], 0, ['1']]]);
    expect(totals.extras.size).toBe(0);
  });

  test('new keys in every row stay in the extra map, and only so many names are counted one by one', async () => {
    const file = Array.from({ length: 70_000 }, (_, index) => `{"n":1,"key ${String(index)}":${String(index)}}`).join(
      '\n',
    );
    const { rows, totals } = await readAll(file, declared);
    expect(rows).toHaveLength(70_000);
    expect(rows.at(-1)?.extra).toEqual(new Map([['key 69999', '69999']]));
    expect(totals.extras.size).toBe(10_000);
    expect(totals.extras_unlisted).toBe(60_000);
  });
});

test('a sentence shows only the beginning of a very long key', async () => {
  const key = 'k'.repeat(100_000);
  const { rejects } = await readAll(`{"${key}":1,"${key}":2}`, plan);
  expect(rejects[0]?.code).toBe('duplicate_key');
  expect(rejects[0]?.reason.length).toBeLessThan(250);
});

test('the raw text of a reject is capped, its length is not', async () => {
  const { rejects } = await readAll(`x${'é'.repeat(50_000)}\n`, plan);
  expect(rejects[0]?.raw_bytes).toBe(100_001);
  expect(Buffer.byteLength(rejects[0]?.raw ?? '')).toBe(65_535);
});
