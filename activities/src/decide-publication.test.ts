import { commitOfLoad, loadById, newId } from '@assay/clickhouse';
import { sourceWorkflowId } from '@assay/workflows';
import { decidePublication } from '@assay/workflows/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test('a decision counts after the older ones when the workflow of the source begins anew', async () => {
  const { load } = await stack.ingest({ source: 'decided', name: 'a', bytes: '{"a":1}\n' });
  const ref = { tenant: 'default', source: 'decided' };
  const decide = async (state: 'published' | 'withdrawn') => {
    await decidePublication(stack.client, {
      ref,
      if_new: { source_id: load.source_id, rules: [], actor: 'test' },
      decision: { load_id: load.load_id, state, also: null, actor: 'test', reason: state },
      update_id: newId(Date.now()),
    });
    const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
    return [commit?.state, (await loadById(stack.db, load.load_id))?.state];
  };
  expect(await decide('withdrawn')).toEqual(['withdrawn', 'withdrawn']);
  expect(await decide('published')).toEqual(['published', 'loaded']);
  expect(await decide('withdrawn')).toEqual(['withdrawn', 'withdrawn']);

  await stack.client.workflow.getHandle(sourceWorkflowId(ref)).terminate('its state is lost');
  expect(await decide('published')).toEqual(['published', 'loaded']);
});
