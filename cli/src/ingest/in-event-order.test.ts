import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstEvent } from './first-event.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-order-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const march = Date.parse('2026-03-01T00:00:00Z');
const jsonl = '{"at":"2026-03-02T00:00:00Z"}\nnonsense\n{"at":"2026-03-01T00:00:00Z"}\n{"at":null}';

test.each([
  ['JSONL, the earliest of the first records', jsonl, march],
  ['JSONL behind a byte-order mark', `\ufeff${jsonl}`, march],
  ['gzip', gzipSync(jsonl), march],
  ['zstd', zstdCompressSync(jsonl), march],
  ['gzip that is cut', gzipSync(jsonl.repeat(10_000)).subarray(0, 600), march],
  ['CSV with a semicolon and quotes', 'id;"at"\r\n1;"2026-03-01T00:00:00Z"\r\n', march],
  ['a single line without an end', '{"at":"2026-03-01T00:00:00Z"}', march],
  ['no such column', '{"other":1}\n', undefined],
  ['an empty file', '', undefined],
  ['one byte', 'x', undefined],
  ['bytes of another kind', Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 0]), undefined],
])('%s', async (name, content, wanted) => {
  const path = join(folder, name.replace(/\W/g, '-'));
  await writeFile(path, content);
  expect(await firstEvent(path, 'at')).toBe(wanted);
});
