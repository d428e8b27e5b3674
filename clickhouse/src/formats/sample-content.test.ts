import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatColumnType } from '@assay/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultReadLimits, type CsvLayout, type TextLayout } from './define.ts';
import { guessColumns } from './guess-plan.ts';
import { byteLimits } from './read-limits.ts';
import { sampleContent } from './sample-content.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-sample-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MiB = 1024 * 1024;
const jsonl: TextLayout = { format: 'jsonl' };

/** The types that samples of a file suggest, by name. */
async function guessed(content: string | Uint8Array, layout = jsonl): Promise<Record<string, string>> {
  const path = join(folder, 'file');
  await writeFile(path, content);
  const columns = guessColumns(await sampleContent(path, byteLimits.parse({})), layout, defaultReadLimits);
  return Object.fromEntries(columns.map(({ name, type }) => [name, formatColumnType(type)]));
}

/** About five MiB of lines, of which one stretch is other than the rest. */
function lines(usual: string, other: string, from: number, to: number): string {
  const count = Math.floor((5 * MiB) / usual.length);
  return Array.from({ length: count }, (_, at) => (at >= from * count && at < to * count ? other : usual)).join('');
}

const usual = '{"id":1,"note":"something to fill the line with"}\n';

test.each([
  ['start', 0, 0.3],
  ['middle', 0.35, 0.65],
  ['end', 0.7, 1],
])('the %s of a file counts for the first guess', async (_, from, to) => {
  const wide = '{"id":9223372036854775808,"note":"x","more":true}\n';
  expect(await guessed(lines(usual, wide, from, to))).toEqual({ id: 'Int128', note: 'String', more: 'Bool' });
  const header = 'id,note,more\n';
  const layout: CsvLayout = {
    format: 'csv',
    delimiter: ',',
    line_end: 'lf',
    header: true,
    null_tokens: [],
    fields: ['id', 'note', 'more'],
  };
  const csv = header + lines('1,something to fill the line with,\n', '9223372036854775808,"l1\nl2",true\n', from, to);
  expect(await guessed(csv, layout)).toEqual({ id: 'Int128', note: 'String', more: 'Bool' });
});

test('what lies between the samples does not: the reading of the whole file finds it', async () => {
  expect(await guessed(lines(usual, '{"id":"x"}\n', 0.25, 0.35))).toEqual({ id: 'Int64', note: 'String' });
});

test('of a compressed file, and of one that is rewritten as UTF-8, the first four MiB count', async () => {
  const late = lines(usual, '{"id":9223372036854775808,"note":"x"}\n', 0.7, 0.78);
  expect(await guessed(gzipSync(late))).toMatchObject({ id: 'Int128' });
  expect(await guessed(Buffer.from(`\ufeff${late}`, 'utf16le'))).toMatchObject({ id: 'Int128' });
});

test('a short file is seen whole, its last line without an end, too', async () => {
  expect(await guessed('{"id":1}\n{"id":2,"last":1.5}')).toEqual({ id: 'Int64', last: 'Decimal(18, 1)' });
});
