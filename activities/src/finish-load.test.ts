import { commitOfLoad, loadById, newId, ReaderPool } from '@assay/clickhouse';
import { decidePublication } from '@assay/workflows/client';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOfCommit } from './committed-rows.ts';
import { neverCrash } from './crash-point.ts';
import { finishLoad } from './finish-load.ts';
import { openPolicyStore } from './incident/policy-store.ts';
import { startTestStack, type TestStack } from './testing.ts';

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
  await decidePublication(stack.client, {
    ref: { tenant: 'default', source: 'kept' },
    if_new: null,
    decision: { load_id: load.load_id, state: 'withdrawn', also: null, actor: 'test', reason: 'wrong day' },
    update_id: newId(Date.now()),
  });
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  const about = await stack.inbox.manifest(load.load_id);
  if (commit === undefined || about === undefined) throw new Error(`load ${load.load_id} left no commit or no bytes`);

  await using readers = new ReaderPool({ threads: 1 });
  const log = pino({ level: 'silent' });
  const deps = {
    connection: stack.connection,
    inbox: stack.inbox,
    temporal: stack.client,
    readers,
    log,
    now: Date.now,
    dashboard_url: '',
    temporal_ui_url: '',
    reached: neverCrash,
    policies: await openPolicyStore({ file: undefined, data_dir: stack.data_dir, log }),
    env: {},
    retry_delays_ms: [],
  };
  await finishLoad(deps, {
    load: { ...about, replaces: before.load_id },
    trigger: 'file',
    generation: 0,
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
      loading_at: load.received_at,
    },
    checked: {
      check_id: load.check_id,
      verdict: 'pass',
      summary: load.summary,
      anomalies: 0,
      checked_at: load.received_at,
      event_from: null,
      event_to: null,
    },
  });
  expect(await loadById(stack.db, load.load_id)).toMatchObject({ state: 'withdrawn' });
  expect(await loadById(stack.db, before.load_id)).toMatchObject({ state: 'loaded' });
});
