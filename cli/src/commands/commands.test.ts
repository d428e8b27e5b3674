import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestResult, type IngestResult } from '@assay/api';
import { startTestHouse, type TestHouse } from '@assay/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runScript, type Ran } from '../testing.ts';

let house: TestHouse;
let folder: string;
let failed: IngestResult;

const document = 'source: orders\nrules:\n  - id: five\n    row_count: {}\n    fail: { value: "> 5" }\n';

beforeAll(async () => {
  house = await startTestHouse();
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  await writeFile(join(folder, 'orders.yaml'), document);
  await writeFile(join(folder, 'a.jsonl'), '{"id":1}\n'.repeat(10));
  const ran = await assay('ingest', 'a.jsonl', '--config', 'orders.yaml', '--json');
  failed = ingestResult.parse(JSON.parse(ran.stdout));
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function assay(...args: string[]): Promise<Ran> {
  return runScript('assay', args, { cwd: folder, env: { ASSAY_URL: house.url } });
}

test('the source is taken from the document when nobody names another', () => {
  expect(failed).toMatchObject({ source: 'orders', verdict: 'fail' });
});

test('status says what runs and who asks', async () => {
  const { stdout, code } = await assay('status');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Assay 0\.1\.0 at http:\/\/127\.0\.0\.1:\d+, up for \d+ s, as .+ \(admin\)\nClickHouse \d+\./,
  );
  expect(stdout).toContain('queue load: 1 worker, ');
});

describe('lists are tables for people and JSON for programs', () => {
  test.each([
    ['sources', 'SOURCE', 'orders'],
    ['loads', 'LOAD', 'a.jsonl'],
    ['rules', 'SOURCE', 'five'],
    ['incidents', 'INCIDENT', 'triggered'],
  ])('%s', async (noun, heading, word) => {
    const table = await assay(noun, 'list');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout.startsWith(heading)).toBe(true);
    expect(table.stdout).toContain(word);
    const json: unknown = JSON.parse((await assay(noun, 'list', '--json')).stdout);
    expect(json).toEqual(expect.arrayContaining([expect.any(Object)]));
  });
});

test('a document is exported, planned and applied', async () => {
  expect((await assay('rules', 'export', 'orders', '-o', 'out.yaml')).code).toBe(0);
  expect(await assay('rules', 'export', 'orders', '-o', 'no-folder/out.yaml')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^That did not work: ENOENT: .*no-folder\/out\.yaml'\.\n$/),
  });
  expect(await readFile(join(folder, 'out.yaml'), 'utf8')).toContain('id: five');
  expect(await assay('rules', 'plan', 'out.yaml')).toMatchObject({
    code: 0,
    stdout: 'source orders is what out.yaml says\n',
  });

  await writeFile(join(folder, 'changed.yaml'), document.replace('> 5', '> 50'));
  const plan = await assay('rules', 'plan', 'changed.yaml');
  expect(plan.code).toBe(2);
  expect(plan.stdout).toMatch(/^~ rules\.five\.fail\.value: "> 5" → "> 50"\n$/);
  expect((await assay('rules', 'apply', 'changed.yaml', '-r', 'more is fine')).stdout).toMatch(
    /^source orders is at version \d+\n$/,
  );
  expect((await assay('rules', 'apply', 'changed.yaml')).stdout).toContain('already');
  expect((await assay('rules', 'apply', 'orders.yaml')).code).toBe(0);

  await writeFile(join(folder, 'new.yaml'), 'source: new\nowner: me\nrules:\n  - not_null: { column: id }\n');
  const fresh = await assay('rules', 'plan', 'new.yaml');
  expect(fresh.code).toBe(2);
  expect(fresh.stdout).toMatch(/^\+ source: new\n\+ owner: "me"\n\+ rules\.not-null-id: /);

  await writeFile(join(folder, 'unfit.yaml'), 'source: orders\nrules:\n  - not_null: { column: idd }\n');
  expect(await assay('rules', 'plan', 'unfit.yaml')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: 'unfit.yaml is not valid:\n  line 3: rule not-null-idd: column `idd` does not exist, did you mean `id`?\n',
  });
  await writeFile(join(folder, 'strange.yaml'), 'source: orders\nevent_time: happened\nkey: [id, serial]\n');
  expect((await assay('rules', 'plan', 'strange.yaml')).stderr).toBe(
    'strange.yaml is not valid:\n  line 2: `event_time`: the source has no column called "happened"\n  line 3: `key`: the source has no column called "serial"\n',
  );
  const planned: unknown = JSON.parse((await assay('rules', 'plan', 'unfit.yaml', '--json')).stdout);
  expect(planned).toMatchObject({ equal: false, problems: [{ line: 3 }] });

  await writeFile(join(folder, 'wrong.yaml'), 'source: orders\nruls: []\n');
  const wrong = await assay('rules', 'plan', 'wrong.yaml');
  expect(wrong).toMatchObject({ code: 3, stdout: '' });
  expect(wrong.stderr).toMatch(/line 2.*rules/);
});

test('a load is shown, withdrawn with a reason, and restored', async () => {
  const { load_id } = failed;
  expect(await assay('loads', 'show', load_id)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^fail {2}a\.jsonl \(orders\): 10 rows/),
  });
  const again = await assay('loads', 'recheck', load_id, '--json');
  expect(again.code).toBe(1);
  expect(ingestResult.parse(JSON.parse(again.stdout))).toMatchObject({ load_id, verdict: 'fail' });
  const silent = await assay('loads', 'withdraw', load_id);
  expect(silent.code).toBe(3);
  expect(silent.stderr).toContain('--reason');
  expect((await assay('loads', 'withdraw', load_id, '--reason', 'sent twice')).stdout).toContain('is withdrawn');
  expect(await assay('loads', 'release', load_id)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('it can be told to restore'),
  });
  expect((await assay('loads', 'restore', load_id)).code).toBe(0);
  expect((await assay('loads', 'show', '12')).stderr).toBe('There is no load 12.\n');
});

test('an incident is acknowledged and resolved with one of the reasons there are', async () => {
  const [incident] = failed.incidents;
  const incident_id = incident?.incident_id ?? '';
  expect((await assay('incidents', 'ack', incident_id)).stdout).toBe(`incident ${incident_id} is acknowledged\n`);
  const unknown = await assay('incidents', 'resolve', incident_id, '--reason', 'tired');
  expect(unknown.code).toBe(3);
  expect(unknown.stderr).toContain('fixed_at_source');
  expect((await assay('incidents', 'resolve', incident_id, '-r', 'expected_change', '-m', 'sale')).code).toBe(0);
  const twice = await assay('incidents', 'resolve', incident_id, '-r', 'expected_change', '-m', 'sale');
  expect(twice.stderr).toMatch(/^This incident was resolved at \d{4}-.*Z by .+\.\n$/);
  expect((await assay('incidents', 'list')).stdout).not.toContain(incident_id);
});

test('the first key is made through the API, or without one straight in ClickHouse', async () => {
  const through = await assay('keys', 'create', '--role', 'admin', '--name', 'ops');
  expect(through.stdout).toMatch(/^assay_[\w-]{43}\n$/);
  const direct = await runScript('assay', ['keys', 'create', '--role', 'viewer'], {
    cwd: folder,
    env: { ASSAY_URL: 'http://127.0.0.1:1', CLICKHOUSE_URL: house.stack.engine.url },
  });
  expect(direct).toMatchObject({ code: 0, stdout: expect.stringMatching(/^assay_[\w-]{43}\n$/) });
  const status = await runScript('assay', ['status'], {
    cwd: folder,
    env: { ASSAY_URL: house.url, ASSAY_API_KEY: direct.stdout.trim() },
  });
  expect(status.stdout).toContain('(viewer)');
});

test('the example feeds are loaded with their faults found, and removed without a trace', async () => {
  const load = await assay('examples', 'load');
  expect(load).toMatchObject({ code: 0, stderr: expect.not.stringContaining('not taken') });
  expect(load.stdout).toContain('(example-orders)');
  expect((await assay('examples', 'status')).stdout).not.toContain('not loaded');
  const removed = await assay('examples', 'remove');
  expect(removed.stdout).toMatch(/example-orders: \d+ loads and \d+ incidents are gone/);
  expect((await assay('sources', 'list')).stdout).not.toContain('example-');
  expect((await assay('examples', 'remove')).stdout).toBe('There is no example feed to remove.\n');
});

test('what is not found is told with the nearest name there is', async () => {
  expect((await assay('loads', 'list', '--source', 'ordres')).stderr).toBe(
    'There is no source called ordres, did you mean `orders`?\n',
  );
  expect((await assay('rules', 'export', 'ordres')).stderr).toContain('did you mean `orders`?');
  expect(await assay('rules', 'plan', 'nothing.yaml')).toMatchObject({
    code: 3,
    stderr: 'There is no file nothing.yaml.\n',
  });
  expect((await assay('rules', 'plan', '.')).stderr).toBe('. is a folder: name the file in it.\n');
  await writeFile(join(folder, 'latin1.yaml'), Buffer.from('owner: M\u00fcller\n', 'latin1'));
  expect((await assay('rules', 'plan', 'latin1.yaml')).stderr).toContain('is not UTF-8 text');
});

test('a key that does not work, and an address of something else, are told apart from nothing running', async () => {
  const env = { ASSAY_URL: house.url, ASSAY_API_KEY: 'assay_nothing' };
  const refused = await runScript('assay', ['status'], { cwd: folder, env });
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^This API key does not work: .*ASSAY_API_KEY/),
  });
  const other = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = z.object({ port: z.number() }).parse(other.address());
  const elsewhere = `http://127.0.0.1:${address.port}`;
  for (const args of [['status'], ['ingest', 'a.jsonl', '--source', 'orders']]) {
    const ran = await runScript('assay', args, { cwd: folder, env: { ASSAY_URL: elsewhere } });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toBe(`What answers at ${elsewhere} is not Assay. Set ASSAY_URL to where it runs.\n`);
  }
  other.close();
});

test('what comes from data cannot move the cursor of a terminal', async () => {
  const name = 'a\u001b[2J\u009b2J.jsonl';
  await writeFile(join(folder, name), '{"id":1}\n');
  const ran = await assay('ingest', name, '--source', 'cursor', '--config', 'missing\u001b[2J.yaml');
  const good = await assay('ingest', name, '--source', 'cursor');
  const listed = await assay('loads', 'list', '--source', 'cursor');
  for (const { stdout, stderr } of [ran, good, listed])
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(good.code).toBe(0);
});

test('a wrong command line is told, with exit code 3, and help is none of an error', async () => {
  expect((await assay('lods', 'list')).code).toBe(3);
  expect((await assay('ingest', '--jobs', 'many', 'a.jsonl')).stderr).toContain('whole number');
  expect((await assay('ingest', '--help')).code).toBe(0);
  expect(await assay('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  expect(await assay('ingest', 'a.jsonl', '--source', 'orders', '--apply')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('add --config FILE'),
  });
});
