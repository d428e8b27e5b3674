import { commitOfLoad, listSources, ReaderPool, type Load } from '@assay/clickhouse';
import type { FinishReloadResult } from '@assay/workflows';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishReload } from './finish-reload.ts';
import { removeSource, startTestStack, type TestStack } from './testing.ts';
import { depsOfStack, finishAgain } from './testing/finish-again.ts';
import { overtakenBy } from './testing/overtaken-by.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Puts one row in the place of another as the workflow does, through this client. */
async function swap(load: Load, temporal: Client): Promise<FinishReloadResult> {
  await using readers = new ReaderPool({ threads: 1 });
  return await finishReload({ ...depsOfStack(stack, readers), temporal }, await finishAgain(stack, load));
}

test('a load that somebody withdraws while its new rows are put in place is withdrawn in its commit and in its row', async () => {
  const { load } = await stack.ingest({ source: 'reread', name: 'a', bytes: '{"a":1}\n' });
  const temporal = overtakenBy(stack.client, () => stack.decide(load, { state: 'withdrawn', reason: 'wrong day' }));
  const withdrawn = { state: 'withdrawn', reason: 'wrong day' };
  expect(await swap(load, temporal)).toMatchObject({ state: 'withdrawn', reloaded: true });
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject(withdrawn);
  expect(await stack.stored(load.load_id)).toMatchObject(withdrawn);
});

test('a load whose source is deleted while its new rows are put in place ends, and nothing brings the source back', async () => {
  const { load } = await stack.ingest({ source: 'left', name: 'a', bytes: '{"a":1}\n' });
  const temporal = overtakenBy(stack.client, () => removeSource(stack, 'left'));
  await expect(swap(load, temporal)).rejects.toMatchObject({ type: 'source_removed', nonRetryable: true });
  expect((await listSources(stack.db)).map(({ name }) => name)).not.toContain('left');
});
