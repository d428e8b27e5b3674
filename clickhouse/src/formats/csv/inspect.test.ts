import { describe, expect, test } from 'vitest';
import { inspectCsv, type CsvDeclaration } from './inspect.ts';
import { defaultReadLimits } from '../define.ts';

function inspect(head: string | Buffer, declared?: CsvDeclaration, whole = true) {
  const bytes = typeof head === 'string' ? Buffer.from(head) : head;
  return inspectCsv({ head: bytes, whole, limits: defaultReadLimits }, declared);
}

describe('delimiter', () => {
  const cases: [string, string, string][] = [
    ['comma', 'a,b,c\n1,2,3\n', ','],
    ['semicolon with decimal commas', 'a;b;c\n1,5;2,5;3,0\n1,5;2,5;3,0\n', ';'],
    ['tab', 'a\tb\n1,1\t2\n', '\t'],
    ['pipe', 'a|b\n1;1|2\n', '|'],
    ['comma beside quoted semicolons', 'a,b\n"1;2;3",x\n"4;5;6",y\n', ','],
    ['semicolon with sentences', 'Name, first;Age\n"Miller, J";3\nSmith, K;4\n', ';'],
    ['comma with ragged lines', 'a,b,c\n1,2,3\n1,2\n1;2,2,3\n4,5,6\n', ','],
    ['header alone', 'a;b;c', ';'],
    ['none', 'email\na@b.c\n', ','],
  ];
  test.each(cases)('sniffs %s', (_, head, expected) => {
    expect(inspect(head).layout.delimiter).toBe(expected);
  });

  test('what is declared is not questioned', () => {
    const { layout, findings } = inspect('a,b\n1,2\n', { delimiter: ';', null_tokens: ['NA'] });
    expect(layout).toEqual({
      format: 'csv',
      delimiter: ';',
      line_end: 'lf',
      fields: ['a,b'],
      header: true,
      null_tokens: ['NA'],
    });
    expect(findings).toEqual([]);
  });

  test('a file without delimiter is one column, and says so', () => {
    expect(inspect('email\na@b.c\n')).toMatchObject({
      layout: { fields: ['email'] },
      findings: [{ code: 'one_column' }],
    });
  });
});

describe('header', () => {
  test('names are kept as they are', () => {
    const names = [
      'a',
      'A',
      ' a',
      '__proto__',
      '`"\'',
      '\u{1F600}',
      '\0',
      'x'.repeat(1000),
      'é',
      'e\u0301',
      '_assay_line',
      'c_1',
    ];
    const line = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    expect(inspect(`\uFEFF${line}\n`).layout.fields).toEqual(names);
  });

  test('duplicates and gaps get names of their own, each with a finding', () => {
    const { layout, findings } = inspect('a,a,,a_2,a,,column_3\n1,2,3,4,5,6,7\n');
    expect(layout.fields).toEqual(['a', 'a_3', 'column_3_2', 'a_2', 'a_4', 'column_6', 'column_3']);
    expect(findings).toEqual([
      {
        code: 'duplicate_header',
        finding: 'The header uses names more than once; the later fields are called a_3, a_4.',
      },
      {
        code: 'empty_header',
        finding: 'The header leaves fields without a name; they are called column_3_2, column_6.',
      },
    ]);
  });

  test('plain cases: a, a_2 and column_3', () => {
    expect(inspect('a,a,\n').layout.fields).toEqual(['a', 'a_2', 'column_3']);
  });

  test('may hold newlines and follow blank lines', () => {
    expect(inspect('\r\n\n"a\nb",c\r\n1,2\r\n').layout.fields).toEqual(['a\nb', 'c']);
  });

  test('is numbered when there is none, unless names are declared', () => {
    expect(inspect('1,2,3\n4,5,6\n', { header: false }).layout.fields).toEqual(['column_1', 'column_2', 'column_3']);
    expect(inspect('1,2\n4,5,6\n7,8,9\n', { header: false, names: ['id'] }).layout.fields).toEqual([
      'id',
      'column_2',
      'column_3',
    ]);
  });

  test('that looks like data is mentioned', () => {
    expect(inspect('1,2024-01-01\n2,2024-01-02\n').findings).toMatchObject([{ code: 'header_looks_like_data' }]);
  });

  test.each([
    ['open quote', '"a,b\n1,2\n', /header makes no sense/],
    ['text behind a quote', '"a"x,b\n1,2\n', /header makes no sense/],
    ['other encoding', Buffer.from('n\xe4me,b\n1,2\n', 'latin1'), /header is not UTF-8/],
  ])('with %s refuses the file', (_, head, message) => {
    expect(() => inspect(head)).toThrow(message);
  });

  test('that does not end refuses the file', () => {
    expect(() => inspect('a,'.repeat(100), {}, false)).toThrow(/does not end within/);
  });
});

describe('line ends', () => {
  test.each([
    ['a,b\n1,2\n', 'lf'],
    ['a,b\r\n1,2\r\n', 'lf'],
    ['a,b\r1,2\r', 'cr'],
    ['a,b\r1,2\n', 'lf'],
    ['a,b', 'lf'],
  ])('of %j are %s', (head, expected) => {
    expect(inspect(head).layout.line_end).toBe(expected);
  });
});
