import { commitOfLoad, listSources, loadById, newId, ReaderPool, timestampOf, type Load } from '@assay/clickhouse';
import type { FinishReloadResult } from '@assay/workflows';
import { decidePublication } from '@assay/workflows/client';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOfCommit } from './committed-rows.ts';
import { neverCrash } from './crash-point.ts';
import { finishReload } from './finish-reload.ts';
import { overtakenBy, removeSource, startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** Puts one row in the place of another as the workflow does, through this client. */
async function finishAgain(load: Load, temporal: Client): Promise<FinishReloadResult> {
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  const about = await stack.inbox.manifest(load.load_id);
  if (commit === undefined || about === undefined) throw new Error(`load ${load.load_id} left no commit or no bytes`);
  await using readers = new ReaderPool({ threads: 1 });
  const { connection, inbox } = stack;
  return await finishReload(
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
}

test('a load that somebody withdraws while its new rows are put in place is withdrawn in its commit and in its row', async () => {
  const { load } = await stack.ingest({ source: 'reread', name: 'a', bytes: '{"a":1}\n' });
  const temporal = overtakenBy(stack.client, () =>
    decidePublication(stack.client, {
      ref: { tenant: 'default', source: load.source },
      if_new: null,
      decision: { load_id: load.load_id, state: 'withdrawn', also: null, actor: 'test', reason: 'wrong day' },
      update_id: newId(Date.now()),
    }),
  );
  const withdrawn = { state: 'withdrawn', reason: 'wrong day' };
  expect(await finishAgain(load, temporal)).toMatchObject({ state: 'withdrawn', reloaded: true });
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject(withdrawn);
  expect(await loadById(stack.db, load.load_id)).toMatchObject(withdrawn);
});

test('a load whose source is deleted while its new rows are put in place ends, and nothing brings the source back', async () => {
  const { load } = await stack.ingest({ source: 'left', name: 'a', bytes: '{"a":1}\n' });
  const temporal = overtakenBy(stack.client, () => removeSource(stack, 'left'));
  await expect(finishAgain(load, temporal)).rejects.toMatchObject({ type: 'source_removed', nonRetryable: true });
  expect((await listSources(stack.db)).map(({ name }) => name)).not.toContain('left');
});
