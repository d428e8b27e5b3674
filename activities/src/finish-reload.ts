import {
  commitOfLoad,
  commitOfSource,
  loadById,
  writePublishedView,
  type Commit,
  type DataColumn,
  type Querier,
} from '@assay/clickhouse';
import type { FinishLoadResult, FinishReloadInput, FinishReloadResult, LoadFileResult } from '@assay/workflows';
import { decidePublication } from '@assay/workflows/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from './deps.ts';
import { endLoad } from './end-load.ts';
import { finalRow, putInForce } from './finish-load.ts';
import { outcomeOf, stateLeft, type Outcome } from './publication.ts';
import { storedSource } from './read-source.ts';
import { sourceRemoved } from './source-removed.ts';
import { sourceSettings } from './source-settings.ts';
import { sweepLoad } from './sweep-load.ts';
import { unlessRemoved } from './unless-removed.ts';

type Loaded = Extract<LoadFileResult, { outcome: 'loaded' | 'partial' }>;

/**
 * Puts what was read again in the place of what counted before: one row of `commits`, written by the source's workflow like every decision
 * about a load, so that readers see the old rows or the new ones and a decision of a person is never lost. Then what counts no more is
 * deleted. Every step writes the same again when repeated.
 */
export async function finishReload(deps: ActivityDeps, input: FinishReloadInput): Promise<FinishReloadResult> {
  const { load, loaded } = input;
  const db = deps.connection.querier(load.tenant);
  const commit = await commitOfLoad(db, load.source_id, load.load_id);
  if (commit === undefined) {
    throw ApplicationFailure.nonRetryable(
      `Load ${load.load_id} has no commit on record, so nothing can take its place`,
      'nothing_committed',
    );
  }
  deps.reached('reload.swap:before');
  const reloaded = loaded.outcome !== 'refused' && commit.state !== 'expired';
  const state = reloaded ? await swap(deps, { ...input, loaded }, commit) : await leave(deps, input, commit);
  deps.reached('reload.swap:after');
  const swept = await sweepLoad(db, load);
  return { state, reloaded, swept: String(swept) };
}

async function swap(
  deps: ActivityDeps,
  input: FinishReloadInput & { loaded: Loaded },
  commit: Commit,
): Promise<FinishReloadResult['state']> {
  const { load, loaded, checked, generation } = input;
  const db = deps.connection.querier(load.tenant);
  const outcome = await outcomeAgain(deps, input, commit);
  await putInForce(db, input);
  const decided = decidePublication(deps.temporal, {
    ref: { tenant: load.tenant, source: load.source },
    if_new: null,
    decision: {
      load_id: load.load_id,
      state: outcome.publication,
      replaces: '0',
      actor: 'system',
      reason: outcome.reason,
      damage: '',
      content: {
        chunks: loaded.chunks,
        columns: loaded.columns,
        seen: loaded.seen,
        event_from: checked.event_from,
        event_to: checked.event_to,
      },
    },
    update_id: `reload-${load.load_id}-${String(generation)}`,
  });
  if (!(await unlessRemoved(decided))) {
    throw ApplicationFailure.nonRetryable(sourceRemoved(load).message, 'source_removed');
  }
  await showColumns(db, load.source_id, load.load_id, loaded.columns);
  const { state, reason } = outcome;
  const final = { ...finalRow(input, deps.now()), state, reason, damage: '' };
  return endLoad(db, load, final, deps.now());
}

/** The view for people follows the newest load, whose columns may have other types now. */
async function showColumns(
  db: Querier,
  source_id: string,
  load_id: string,
  columns: readonly DataColumn[],
): Promise<void> {
  const newest = await commitOfSource(db, source_id);
  if (newest?.load_id === load_id) await writePublishedView(db, source_id, columns);
}

/** What was withdrawn stays so; otherwise the file is published or held as if it had come today. */
async function outcomeAgain(
  deps: ActivityDeps,
  { load, loaded, checked }: FinishReloadInput & { loaded: Loaded },
  commit: Commit,
): Promise<{
  state: Exclude<FinishLoadResult['state'], 'refused' | 'expired'>;
  publication: 'published' | 'held' | 'withdrawn';
  reason: string;
}> {
  if (commit.state === 'withdrawn') return { state: 'withdrawn', publication: 'withdrawn', reason: commit.reason };
  const source = await storedSource(deps.connection.querier(load.tenant), load.source);
  const hold = source === null ? 'nothing' : sourceSettings(source).document.hold;
  const { state, publication, reason }: Outcome = outcomeOf(loaded, checked.verdict, hold);
  if (state === 'refused' || publication === null) throw new Error(`load ${load.load_id} was read and refused at once`);
  return { state, publication, reason };
}

/** Nothing came of it: what is stored stays as it was, damage included, and the load says why. */
async function leave(
  deps: ActivityDeps,
  input: FinishReloadInput,
  commit: Commit,
): Promise<FinishReloadResult['state']> {
  const { load, loaded, generation, workflow_id, run_id } = input;
  const db = deps.connection.querier(load.tenant);
  const before = await loadById(db, load.load_id);
  const { version, finished_at } = finalRow(input, deps.now());
  const reason = loaded.outcome === 'refused' ? `It could not be loaded again. ${loaded.reason}` : commit.reason;
  const end = { version, workflow_id, run_id, finished_at, state: stateLeft(commit), reason };
  const state = await endLoad(db, load, end, deps.now(), before);
  deps.log.warn({ load_id: load.load_id, generation, reason }, 'a load could not be loaded again');
  return state;
}
