import { commitOfLoad, timestampOf, type Load, type ReaderPool } from '@assay/clickhouse';
import type { FinishReloadInput } from '@assay/workflows';
import { pino } from 'pino';
import { columnsOfCommit } from '../committed-rows.ts';
import { neverCrash } from '../crash-point.ts';
import type { ActivityDeps } from '../deps.ts';
import type { TestStack } from '../testing.ts';

/** What activities act on when a test calls them itself. */
export function depsOfStack({ connection, inbox, client }: TestStack, readers: ReaderPool): ActivityDeps {
  return {
    connection,
    inbox,
    temporal: client,
    readers,
    log: pino({ level: 'silent' }),
    now: Date.now,
    dashboard_url: '',
    temporal_ui_url: '',
    reached: neverCrash,
  };
}

/** What a workflow that read and checked a stored load of one row a chunk once more says at its end. */
export async function finishAgain(stack: TestStack, load: Load): Promise<FinishReloadInput> {
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  if (commit === undefined) throw new Error(`load ${load.load_id} left no commit`);
  const now = timestampOf(Date.now());
  return {
    load: await stack.manifest(load.load_id),
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
      loading_at: now,
    },
    checked: {
      check_id: load.check_id,
      verdict: 'pass',
      summary: load.summary,
      anomalies: 0,
      checked_at: now,
      event_from: null,
      event_to: null,
    },
  };
}
