import { commitOfLoad, ReaderPool } from '@assay/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishLoad } from './finish-load.ts';
import { openPolicyStore } from './incident/policy-store.ts';
import { startTestStack, type TestStack } from './testing.ts';
import { depsOfStack, finishAgain } from './testing/finish-again.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test('a load that somebody withdraws while it is checked takes nobody’s place', async () => {
  const { load: before } = await stack.ingest({ source: 'kept', name: 'a', bytes: '{"a":1}\n' });
  const { load } = await stack.ingest({ source: 'kept', name: 'b', bytes: '{"a":2}\n' });
  await stack.decide(load, { state: 'withdrawn', reason: 'wrong day' });

  await using readers = new ReaderPool({ threads: 1 });
  const deps = depsOfStack(stack, readers);
  const policies = await openPolicyStore({ file: undefined, data_dir: stack.data_dir, log: deps.log });
  const input = await finishAgain(stack, load);
  await finishLoad(
    { ...deps, policies, env: {}, retry_delays_ms: [] },
    { ...input, load: { ...input.load, replaces: before.load_id }, trigger: 'file', generation: 0 },
  );
  expect(await stack.stored(load.load_id)).toMatchObject({ state: 'withdrawn' });
  expect(await stack.stored(before.load_id)).toMatchObject({ state: 'loaded' });
});

test('an attempt that died after it published is repeated as it was, whatever the source holds back by now', async () => {
  await stack.describe('strict', 'source: strict\nrules:\n  - { id: a-present, not_null: { column: a } }');
  const { load } = await stack.ingest({ source: 'strict', name: 'a', bytes: '{"a":null}\n{"a":1}\n' });
  expect(load).toMatchObject({ state: 'loaded', verdict: 'fail' });
  await stack.describe('strict', 'source: strict\nhold: file\nrules:\n  - { id: a-present, not_null: { column: a } }');

  await using readers = new ReaderPool({ threads: 1 });
  const deps = depsOfStack(stack, readers);
  const policies = await openPolicyStore({ file: undefined, data_dir: stack.data_dir, log: deps.log });
  const input = await finishAgain(stack, load);
  const finished = await finishLoad(
    { ...deps, policies, env: {}, retry_delays_ms: [] },
    { ...input, checked: { ...input.checked, verdict: 'fail' }, trigger: 'file', generation: 0 },
  );
  expect(finished).toMatchObject({ state: 'loaded' });
  expect(await stack.stored(load.load_id)).toMatchObject({ state: 'loaded', reason: '' });
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject({ state: 'published' });
});
