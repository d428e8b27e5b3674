import { generationOf, type Load } from '@assay/clickhouse';
import type { Stage } from '../shapes/load.ts';

/**
 * The steps of a load from the moments its row remembers. A refused file skips what comes after reading. Of a load that was read or checked
 * again the row remembers moments of several times, between which nobody worked: a step whose begin is not known has no duration.
 * @param check the one in force; null when it is not known
 */
export function stagesOf(load: Load, check: { readonly started_at: string } | null): Stage[] {
  const refused = load.state === 'refused';
  const skipped = (stage: Stage): Stage => (refused ? { ...stage, state: 'skipped' } : stage);
  const { received_at, loading_at, committed_at, checked_at, finished_at } = load;
  const isAgain = generationOf(load.version) > 0;
  const received = stageOf('received', received_at, loading_at ?? finished_at);
  const checking = stageOf('checking', (isAgain ? check?.started_at : null) ?? committed_at, checked_at);
  return [
    isAgain ? withoutDuration(received) : received,
    stageOf('loading', loading_at, committed_at ?? (refused ? finished_at : null)),
    skipped(isAgain && check === null ? withoutDuration(checking) : checking),
    skipped(stageOf('publishing', checked_at, finished_at)),
  ];
}

/** The time that went into a load: of all its steps, or of those that are known when it was read again; null before it is finished. */
export function workOf(load: Load, check: { readonly started_at: string } | null): number | null {
  if (load.finished_at === null || (generationOf(load.version) > 0 && check === null)) return null;
  return stagesOf(load, check).reduce((sum, { duration_ms }) => sum + (duration_ms ?? 0), 0);
}

function withoutDuration(stage: Stage): Stage {
  return { ...stage, duration_ms: null };
}

function stageOf(stage: Stage['stage'], started_at: string | null, finished_at: string | null): Stage {
  if (started_at === null) return { stage, state: 'waiting', started_at: null, finished_at: null, duration_ms: null };
  if (finished_at === null) return { stage, state: 'running', started_at, finished_at: null, duration_ms: null };
  const duration_ms = Math.max(0, Date.parse(finished_at) - Date.parse(started_at));
  return { stage, state: 'done', started_at, finished_at, duration_ms };
}
