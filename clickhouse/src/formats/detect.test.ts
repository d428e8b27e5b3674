import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectFormat, type FileFormat } from './detect.ts';

function detect(head: string | Buffer, declared?: FileFormat, compressed = false) {
  return detectFormat({ head: typeof head === 'string' ? Buffer.from(head) : head, whole: true, compressed }, declared);
}

describe('formats', () => {
  const cases: [string, string, FileFormat | 'empty'][] = [
    ['nothing', '', 'empty'],
    ['blank lines', '\n \r\n\t', 'empty'],
    ['a byte-order mark alone', '\uFEFF', 'empty'],
    ['objects', '{"a":1}\n{"a":2}\n', 'jsonl'],
    ['one object', '{"a":1}', 'jsonl'],
    ['objects behind a mark and blank lines', '\uFEFF\n\n  {"a":1}\n', 'jsonl'],
    ['objects, the first one broken', '{"a":\n{"a":2}\n{"a":3}\n', 'jsonl'],
    ['objects with lines that are none', 'oops\n{"a":2}\n{"a":3}\n', 'jsonl'],
    ['one object among many lines that are none', 'oops\n[1,2]\n"x"\nnull\n{"a":3}\nwhat, is, this\n', 'jsonl'],
    ['an array as the first line before objects', '[1,"x",2]\n{"a":2}\n', 'jsonl'],
    ['a cut object', '{"a":1,"b', 'jsonl'],
    ['commas', 'a,b\n1,2\n', 'csv'],
    ['a header in brackets', '[id],[name]\n1,2\n', 'csv'],
    ['one column', 'email\na@example.org\n', 'csv'],
    ['a header in angle brackets', '<id>,<name>\n1,2\n', 'csv'],
    ['JSON inside CSV fields', 'id,doc\n1,"{""a"":1}"\n', 'csv'],
    ['Parquet', 'PAR1\0\0\0', 'parquet'],
    ['headers that begin like something else', 'PAR1,PAR2\n1,2\n', 'csv'],
    ['headers that begin like an encrypted file', 'PARENT,ORC\n1,2\n', 'csv'],
    ['headers that begin like an ORC file', 'ORCID,GIF8\n1,2\n', 'csv'],
  ];
  test.each(cases)('knows %s', (_, head, expected) => {
    expect(detect(head)).toEqual(expected === 'empty' ? { kind: 'empty' } : { kind: 'format', format: expected });
  });

  test('what is declared decides between text formats', () => {
    expect(detect('{"a":1}\n', 'csv')).toEqual({ kind: 'format', format: 'csv' });
    expect(detect('[1,2]\n', 'csv')).toEqual({ kind: 'format', format: 'csv' });
    expect(detect('x\n{"a":1}\n', 'jsonl')).toEqual({ kind: 'format', format: 'jsonl' });
  });
});

describe('refusals', () => {
  const cases: [string, string | Buffer, RegExp, FileFormat?][] = [
    ['an HTML page', '\uFEFF\n<!DOCTYPE html><h1>502', /HTML page.*begins with: .*<!DOCTYPE html>/],
    ['an HTML page declared as JSONL', '<html><body>', /HTML page/, 'jsonl'],
    ['an HTML page declared as CSV', '<html>\n', /HTML page/, 'csv'],
    ['XML', '<?xml version="1.0"?>', /XML/],
    ['a zip', 'PK\x03\x04zip', /ZIP archive.*PK\\x03\\x04zip/],
    ['a zip declared as CSV', 'PK\x03\x04zip', /ZIP archive/, 'csv'],
    ['a PDF', '%PDF-1.7\n', /PDF/],
    ['bzip2', 'BZh91AY&SY', /bzip2: compress it with gzip or zstd/],
    ['xz', Buffer.from('\xfd7zXZ\0', 'latin1'), /xz/],
    ['a tar', Buffer.concat([Buffer.alloc(257, 'n'), Buffer.from('ustar\0')]), /tar archive/],
    ['encrypted Parquet', 'PARE\0\0', /encrypted Parquet/],
    ['a JSON array', '[{"a":1},{"a":2}]', /JSON array/],
    ['a JSON array over lines', '[\n  {"a":1},\n  {"a":2}\n]', /JSON array/],
    ['lines of arrays', '[1,2]\n[3,4]\n', /JSON array/],
    ['pretty-printed JSON', '{\n  "a": 1\n}\n', /spread over several lines/],
    ['pretty-printed JSON with a crowded first line', '{"a": {\n "b": 1}}\n', /spread over several lines/],
    ['scalar lines declared as JSONL', '"a"\n"b"\n', /not JSONL: none of its first lines/, 'jsonl'],
    ['CSV declared as JSONL', 'a,b\n1,2\n', /not JSONL/, 'jsonl'],
    ['CSV declared as Parquet', 'a,b\n1,2\n', /not Parquet/, 'parquet'],
    ['Parquet declared as CSV', 'PAR1\0\0', /is Parquet, but this source declares CSV/, 'csv'],
    ['UTF-16 without a mark', Buffer.from('id;name\n1;Anna\n', 'utf16le'), /UTF-16LE text without a byte-order mark/],
    ['random bytes', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7919) % 256)), /binary data/],
    ['another encoding', Buffer.from(Array.from({ length: 500 }, (_, i) => 0xc0 + (i % 32))), /not UTF-8 text/],
  ];
  test.each(cases)('refuses %s in one sentence', (_, head, message, declared) => {
    expect(() => detect(head, declared)).toThrow(message);
  });

  test('refuses compressed data inside compressed data, and only there', () => {
    const head = gzipSync('a,b\n1,2\n');
    expect(() => detect(head, undefined, true)).toThrow(/only one layer/);
  });

  test('shows at most 80 bytes, escaped', () => {
    expect(() => detect(`%PDF-\n\u001b[31m${'x'.repeat(500)}`)).toThrow(
      `It begins with: %PDF-\\x0a\\x1b[31m${'x'.repeat(69)}`,
    );
    expect(() => detect(`%PDF-${'x'.repeat(500)}`)).toThrow(/: %PDF-x{75}$/);
  });

  test('shows of binary data its first sixteen bytes that are no text', () => {
    expect(() => detect(`%PDF-${'\0'.repeat(500)}`)).toThrow(/: %PDF-(?:\\x00){16}…$/);
  });

  test('a few wrong bytes or NULs are a matter for the reader', () => {
    const head = Buffer.from('name,city\nM\xfcller,K\xf6ln\nA\0,B\n'.repeat(3), 'latin1');
    expect(detect(head)).toEqual({ kind: 'format', format: 'csv' });
  });
});
