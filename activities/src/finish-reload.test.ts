import { commitOfLoad, loadById, newId, ReaderPool, timestampOf } from '@assay/clickhouse';
import { decidePublication } from '@assay/workflows/client';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOfCommit } from './committed-rows.ts';
import { neverCrash } from './crash-point.ts';
import { finishReload } from './finish-reload.ts';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** A client before whose next update something else happens. */
function overtakenBy(event: () => Promise<void>): Client {
  const workflow = new Proxy(stack.client.workflow, {
    get: (client, name) => {
      const own: unknown = Reflect.get(client, name);
      if (typeof own !== 'function') return own;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        if (name === 'executeUpdateWithStart') await event();
        return Reflect.apply(own, client, given);
      };
    },
  });
  return new Proxy(stack.client, {
    get: (client, name) => (name === 'workflow' ? workflow : Reflect.get(client, name)),
  });
}

test('a load that somebody withdraws while its new rows are put in place is withdrawn in its commit and in its row', async () => {
  const { load } = await stack.ingest({ source: 'reread', name: 'a', bytes: '{"a":1}\n' });
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  const about = await stack.inbox.manifest(load.load_id);
  if (commit === undefined || about === undefined) throw new Error(`load ${load.load_id} left no commit or no bytes`);
  const temporal = overtakenBy(() =>
    decidePublication(stack.client, {
      ref: { tenant: 'default', source: load.source },
      if_new: null,
      decision: { load_id: load.load_id, state: 'withdrawn', also: null, actor: 'test', reason: 'wrong day' },
      update_id: newId(Date.now()),
    }),
  );
  await using readers = new ReaderPool({ threads: 1 });
  const { connection, inbox } = stack;
  const finished = await finishReload(
    {
      connection,
      inbox,
      temporal,
      readers,
      log: pino({ level: 'silent' }),
      now: Date.now,
      dashboard_url: '',
      temporal_ui_url: '',
      reached: neverCrash,
    },
    {
      load: about,
      trigger: 'again',
      generation: 1,
      workflow_id: load.workflow_id,
      run_id: load.run_id,
      loaded: {
        outcome: 'loaded',
        reason: '',
        format: 'jsonl',
        compression: 'none',
        chunks: commit.chunk_ids.map((chunk_id) => ({ chunk_id, records: '1', rows: '1', rejects: '0' })),
        only_attempt: true,
        columns: columnsOfCommit(commit),
        seen: { numbers: [1], undeclared: [], undeclared_more: 0 },
        findings: [],
        loading_at: timestampOf(Date.now()),
      },
      checked: {
        check_id: load.check_id,
        verdict: 'pass',
        summary: load.summary,
        anomalies: 0,
        checked_at: timestampOf(Date.now()),
        event_from: null,
        event_to: null,
      },
    },
  );
  const withdrawn = { state: 'withdrawn', reason: 'wrong day' };
  expect(finished).toMatchObject({ state: 'withdrawn', reloaded: true });
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject(withdrawn);
  expect(await loadById(stack.db, load.load_id)).toMatchObject(withdrawn);
});
