import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPolicies, policyFor } from '@assay/rules';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPolicyStore } from './policy-store.ts';

let data_dir: string;
let lines: string[];
const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
const withOps = 'targets: { ops: { channel: webhook, url: "https://a.example", secret_env: OPS } }';

beforeEach(async () => {
  data_dir = await mkdtemp(join(tmpdir(), 'assay-inc-policies-'));
  lines = [];
});
afterEach(async () => {
  await rm(data_dir, { recursive: true, force: true });
});

test('without a file the built-in policies hold', async () => {
  const store = await openPolicyStore({ file: undefined, data_dir, log });
  expect(await store.current()).toEqual(defaultPolicies());
});

test('an edit holds from the next question on, taking the file away goes back to the built-in ones', async () => {
  const store = await openPolicyStore({ file: undefined, data_dir, log });
  const file = join(data_dir, 'policies.yaml');
  await writeFile(file, withOps);
  expect(Object.keys((await store.current()).targets)).toEqual(['log', 'ops']);
  await rm(file);
  expect(await store.current()).toEqual(defaultPolicies());
});

test('an edit that cannot be followed is logged once and changes nothing', async () => {
  const file = join(data_dir, 'policies.yaml');
  await writeFile(file, withOps);
  const store = await openPolicyStore({ file: undefined, data_dir, log });
  await writeFile(file, withOps.replace('webhook', 'webhok'));
  expect(Object.keys((await store.current()).targets)).toEqual(['log', 'ops']);
  await store.current();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('there is no channel `webhok`, did you mean `webhook`?');
});

test('a file that cannot be followed stops the start, with line and field', async () => {
  const file = join(data_dir, 'mine.yaml');
  await writeFile(file, 'targets:\n  ops: { channel: webhook, url: "https://a.example" }');
  await expect(openPolicyStore({ file, data_dir, log })).rejects.toThrow(`${file}:2: targets.ops.secret_env:`);
});

test('a named file must be there', async () => {
  const file = join(data_dir, 'nowhere.yaml');
  await expect(openPolicyStore({ file, data_dir, log })).rejects.toThrow('the policy file cannot be read');
});

test('the example of the documentation can be followed', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/incidents.md'), 'utf8');
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  await writeFile(join(data_dir, 'policies.yaml'), example);
  const policies = await (await openPolicyStore({ file: undefined, data_dir, log })).current();
  expect(policyFor(policies, { source: 'payments-eu', labels: {} }).ladders.critical.levels).toHaveLength(2);
  expect(policyFor(policies, { source: 'orders', labels: {} }).name).toBe('default');
});
