import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parseColumnType } from '@assay/rules';
import { Session } from 'chdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstEvent, type EventTimes } from './first-event.ts';

let folder: string;
let engine: Session;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-order-'));
  engine = new Session();
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

const march = Date.parse('2026-03-01T00:00:00Z');
const jsonl = '{"at":"2026-03-02T00:00:00Z"}\nnonsense\n{"at":"2026-03-01T00:00:00Z"}\n{"at":null}';
const days = { timestamp_format: '%d/%m/%Y' };
const logged = { timestamp_format: '%d/%m/%Y %H:%M' };
let files = 0;

async function first(content: string | Uint8Array, times: Partial<EventTimes> = {}): Promise<number | undefined> {
  const path = join(folder, `file-${files++}`);
  await writeFile(path, content);
  return firstEvent(path, { column: 'at', type: null, ...times });
}

test.each<[string, string | Uint8Array, number | undefined, Partial<EventTimes>?]>([
  ['JSONL, the earliest of the first records', jsonl, march],
  ['JSONL behind a byte-order mark', `\ufeff${jsonl}`, march],
  ['UTF-16', Buffer.from(`\ufeff${jsonl}`, 'utf16le'), march],
  ['gzip', gzipSync(jsonl), march],
  ['zstd', zstdCompressSync(jsonl), march],
  ['gzip that is cut', gzipSync(jsonl.repeat(10_000)).subarray(0, 600), march],
  ['CSV with a semicolon and quotes', 'id;"at"\r\n1;"2026-03-01T00:00:00Z"\r\n', march],
  ['CSV with newlines and delimiters in quotes', 'note,at\n"a,\nb",2026-03-01 00:00:00\n', march],
  ['CSV of a declared dialect', '1|2026-03-01 00:00:00\n', march, { csv: { header: false, names: ['id', 'at'] } }],
  ['a declared format, day before month', '{"at":"02/03/2026 00:00"}\n{"at":"01/03/2026 00:00"}\n', march, logged],
  ['a declared zone', '{"at":"2026-03-01 02:00:00"}\n', march, { zone: 'Africa/Cairo' }],
  ['seconds since 1970', `{"at":${march / 1000}}\n`, march, { timestamp_format: 'epoch_s' }],
  ['days', 'at,n\n2026-03-01,1\n', march],
  ['days that are declared', 'at,n\n2026-03-01,1\n', march, { type: { kind: 'date' } }],
  ['a long file, its last record cut', jsonl.repeat(20_000), march],
  ['a single line without an end', '{"at":"2026-03-01T00:00:00Z"}', march],
  ['times in a form that nobody declared', '{"at":"01/03/2026 00:00"}\n', undefined],
  ['no such column', '{"other":1}\n', undefined],
  ['an empty file', '', undefined],
  ['one byte', 'x', undefined],
  ['bytes of another kind', Buffer.from([0x50, 0x4b, 0x03, 0x04]), undefined],
  ['a header that is none', '"at,b\n1,2\n', undefined],
])('%s', async (_name, content, wanted, times) => {
  expect(await first(content, times)).toBe(wanted);
});

/** What a query gives as a Parquet file. */
function parquet(select: string): Promise<Buffer> {
  const path = join(folder, `${files++}.parquet`);
  engine.query(`${select} INTO OUTFILE '${path}' FORMAT Parquet`);
  return readFile(path);
}

test.each<[string, string, number | undefined, Partial<EventTimes>?]>([
  [
    'timestamps, the earliest of all',
    "SELECT toDateTime64('2026-03-01 00:00:00', 3, 'UTC') + INTERVAL if(number = 99999, 0, number + 1) SECOND AS at FROM numbers(100000)",
    march,
  ],
  [
    'timestamps, whatever format is declared for texts',
    "SELECT toDateTime64('2026-03-01 00:00:00', 6, 'UTC') AS at",
    march,
    logged,
  ],
  ['texts', "SELECT arrayJoin(['2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z']) AS at", march],
  ['texts of a declared format', "SELECT arrayJoin(['02/03/2026 00:00', '01/03/2026 00:00']) AS at", march, logged],
  ['numbers of a declared unit', `SELECT ${march} AS at`, march, { timestamp_format: 'epoch_ms' }],
  ['days', "SELECT toDate32('2026-03-01') AS at", march],
  ['days, whatever format is declared for texts', "SELECT toDate32('2026-03-01') AS at", march, days],
  ['texts of days in a declared format', "SELECT arrayJoin(['02/03/2026', '01/03/2026']) AS at", march, days],
  ['nothing but nulls', "SELECT NULL::Nullable(DateTime64(3, 'UTC')) AS at", undefined],
  ['no rows', "SELECT toDateTime64('2026-03-01 00:00:00', 3, 'UTC') AS at WHERE 0", undefined],
  ['nested values', 'SELECT [1] AS at', undefined],
  ['no such column', 'SELECT 1 AS other', undefined],
])('Parquet: %s', async (_name, select, wanted, times) => {
  const declared = times === logged ? 'DateTime64(3)' : times === days ? 'Date' : '';
  const type = parseColumnType(declared);
  expect(await first(await parquet(select), { ...times, ...(type === undefined ? {} : { type }) })).toBe(wanted);
});

test('Parquet in gzip, and Parquet that is damaged', async () => {
  const file = await parquet("SELECT toDateTime64('2026-03-01 00:00:00', 3, 'UTC') AS at");
  expect(await first(gzipSync(file))).toBe(march);
  expect(await first(file.subarray(0, -9))).toBeUndefined();
  expect(await first(Buffer.from(file).fill(0xee, file.length - 100, file.length - 8))).toBeUndefined();
});
