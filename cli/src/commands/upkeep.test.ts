import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestHouse, type TestHouse } from '@assay/api/testing';
import { dataTable } from '@assay/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runScript, type Ran } from '../testing.ts';

const day_ms = 86_400_000;

let house: TestHouse;
let folder: string;

beforeAll(async () => {
  house = await startTestHouse();
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function assay(...args: string[]): Promise<Ran> {
  return runScript('assay', args, { cwd: folder, env: { ASSAY_URL: house.url } });
}

test('a damaged load says so in the list and when it is shown, and is loaded again from the command line', async () => {
  const { load } = await house.stack.ingest({ source: 'broken', name: 'a.jsonl', bytes: '{"a":1}\n{"a":2}\n' });
  await house.stack.loseRows(load);
  await house.stack.compareStored();

  expect((await assay('loads', 'list')).stdout).toMatch(/held +damaged/);
  const shown = await assay('loads', 'show', load.load_id);
  expect(shown.code).toBe(3);
  expect(shown.stdout).toMatch(
    /^damaged a\.jsonl \(broken\): The store lost part of a\.jsonl: 2 of 2 rows are missing\. Load it again from the inbox, .+\.\n {2}before: pass/,
  );
  expect((await assay('loads', 'show', load.load_id, '--json')).code).toBe(3);
  const { stdout, code } = await assay('loads', 'reload', load.load_id);
  expect([code, stdout]).toEqual([0, expect.stringContaining('pass  a.jsonl (broken): 2 rows, 0 rejects')]);
  expect((await assay('loads', 'list')).stdout).toMatch(/loaded +pass/);

  const refused = await assay('loads', 'reload', load.load_id);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('cannot be loaded again. It is whole and published.');
});

test('sweep says what it found, deletes it, and then finds nothing', async () => {
  const { load } = await house.stack.ingest({ source: 'swept', name: 'b.jsonl', bytes: '{"a":1}\n{"a":2}\n' });
  const table = dataTable(load.source_id);
  await house.stack.db.command(`INSERT INTO ${table} SELECT * REPLACE (7 AS _assay_chunk_id) FROM ${table}`);

  expect((await assay('sweep', '--dry-run')).stdout).toMatch(
    /swept +2 +0 +b\.jsonl\n2 rows and 0 rejects that no load counts would be deleted/,
  );
  expect((await assay('sweep')).stdout).toContain('2 rows and 0 rejects that no load counts were deleted.');
  expect((await assay('sweep', '--json')).stdout).toBe(
    '{"dry_run":false,"loads":[],"more":0,"rows":"0","rejects":"0"}\n',
  );
  expect((await assay('sweep')).stdout).toBe('Nothing to sweep: every stored row belongs to a load that counts.\n');
});

test('retention says what would go before it goes', async () => {
  await house.stack.describe('short', 'source: short\nretention: { inbox: 1 day, rows: 1 day }\n');
  const received_at = new Date(Date.now() - 2 * day_ms).toISOString();
  const { load } = await house.stack.ingest({ source: 'short', name: 'c.jsonl', bytes: '{"a":1}\n', received_at });

  const dry = (await assay('retention', '--dry-run')).stdout;
  expect(dry).toMatch(/short +1 load +8 +1 load +1 +0 loads +0 loads +0 loads/);
  expect(dry).toContain('This would expire now');
  expect((await assay('loads', 'show', load.load_id)).stdout).not.toContain('expired');

  expect((await assay('retention')).stdout).toContain('This expired.');
  const day = new Date().toISOString().slice(0, 10);
  expect((await assay('loads', 'show', load.load_id)).stdout).toContain(`expired: Its rows expired on ${day}`);
  expect((await assay('retention')).stdout).toBe('Nothing expires: every source keeps all that it has.\n');
});
