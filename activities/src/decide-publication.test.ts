import { commitOfLoad, loadById, newId, ReaderPool, timestampOf, type Connection } from '@assay/clickhouse';
import { sourceWorkflowId, type PublicationDecision } from '@assay/workflows';
import { decidePublication } from '@assay/workflows/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decidePublication as writeDecision } from './decide-publication.ts';
import { openPolicyStore } from './incident/policy-store.ts';
import { startTestStack, type TestStack } from './testing.ts';
import { depsOfStack } from './testing/finish-again.ts';

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

test('a worker that was stopped before it wrote a decision undoes nothing when it goes on after a later one', async () => {
  const { load } = await stack.ingest({ source: 'stopped', name: 'a', bytes: '{"a":1}\n' });
  const { load_id, source_id, source } = load;
  await using readers = new ReaderPool({ threads: 1 });
  const deps = depsOfStack(stack, readers);
  const policies = await openPolicyStore({ file: undefined, data_dir: stack.data_dir, log: deps.log });
  const decide = (state: 'published' | 'withdrawn', decision_no: number, connection = stack.connection) =>
    writeDecision(
      { ...deps, policies, env: {}, retry_delays_ms: [], connection },
      {
        ref: { tenant: 'default', source },
        source_id,
        decision: { load_id, state, replaces: '0', actor: 'test', reason: state },
        decision_no,
        at: timestampOf(Date.now()),
      },
    );
  const gate = Promise.withResolvers<undefined>();
  const stopped = decide('withdrawn', 50, insertingAfter(stack.connection, gate.promise));
  await decide('withdrawn', 50);
  await decide('published', 51);
  gate.resolve(undefined);
  await stopped;
  expect(await commitOfLoad(stack.db, source_id, load_id)).toMatchObject({ state: 'published' });
  expect(await stack.stored(load_id)).toMatchObject({ state: 'loaded', reason: 'published' });
});

/** A connection that writes nothing before something else has happened. */
function insertingAfter(own: Connection, event: Promise<unknown>): Connection {
  return {
    ...own,
    querier(tenant) {
      const db = own.querier(tenant);
      return {
        ...db,
        async insert(table, rows) {
          await event;
          await db.insert(table, rows);
        },
      };
    },
  };
}
