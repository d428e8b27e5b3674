import { commitOfLoad, loadById, newId } from '@assay/clickhouse';
import { sourceWorkflowId, type PublicationDecision } from '@assay/workflows';
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
      decision: { load_id: load.load_id, state, replaces: '0', actor: 'test', reason: state },
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

test('a decision about a load that is still being checked stands when its check is done', async () => {
  await using slow = await startTestStack({ worker: false });
  const worker = await slow.startWorker({ ASSAY_CRASH_AT: 'load.publish:before' });
  const about = await slow.send({ source: 'overtaken', name: 'a', bytes: '{"a":1}\n' });
  await worker.ended;
  const ref = { tenant: 'default', source: 'overtaken' };
  const withdrawn = decidePublication(slow.client, {
    ref,
    if_new: { source_id: about.source_id, rules: [], actor: 'test' },
    decision: { load_id: about.load_id, state: 'withdrawn', replaces: '0', actor: 'test', reason: 'replaced' },
    update_id: newId(Date.now()),
  });
  await slow.startWorker();
  await withdrawn;
  expect(await slow.finished(about)).toMatchObject({ state: 'withdrawn', reason: 'replaced', verdict: 'pass' });
});

test.each(['held', 'published'] as const)(
  'a load that was withdrawn while its rows were counted or read again stays withdrawn, not %s',
  async (state) => {
    const source = `counted-${state}`;
    const { load } = await stack.ingest({ source, name: 'a', bytes: '{"a":1}\n' });
    const decide = async (decision: Pick<PublicationDecision, 'state' | 'reason' | 'damage' | 'actor'>) => {
      await decidePublication(stack.client, {
        ref: { tenant: 'default', source },
        if_new: { source_id: load.source_id, rules: [], actor: 'test' },
        decision: { load_id: load.load_id, replaces: '0', ...decision },
        update_id: newId(Date.now()),
      });
    };
    await decide({ state: 'withdrawn', reason: 'wrong day', actor: 'test' });
    const damage = state === 'held' ? '1 of 1 row is missing.' : '';
    await decide({ state, reason: damage, damage, actor: 'system' });
    const withdrawn = { state: 'withdrawn', reason: 'wrong day' };
    expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject({
      ...withdrawn,
      decided_by: 'test',
    });
    expect(await loadById(stack.db, load.load_id)).toMatchObject({ ...withdrawn, damage });
  },
);
