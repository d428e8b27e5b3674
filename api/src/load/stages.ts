import type { Load } from '@assay/clickhouse';
import type { Stage } from '../shapes/load.ts';

/** The steps of a load from the moments its row remembers. A refused file skips what comes after reading. */
export function stagesOf(load: Load): Stage[] {
  const refused = load.state === 'refused';
  const skipped = (stage: Stage): Stage => (refused ? { ...stage, state: 'skipped' } : stage);
  const { received_at, loading_at, committed_at, checked_at, finished_at } = load;
  return [
    stageOf('received', received_at, loading_at ?? finished_at),
    stageOf('loading', loading_at, committed_at ?? (refused ? finished_at : null)),
    skipped(stageOf('checking', committed_at, checked_at)),
    skipped(stageOf('publishing', checked_at, finished_at)),
  ];
}

function stageOf(stage: Stage['stage'], started_at: string | null, finished_at: string | null): Stage {
  if (started_at === null) return { stage, state: 'waiting', started_at: null, finished_at: null, duration_ms: null };
  if (finished_at === null) return { stage, state: 'running', started_at, finished_at: null, duration_ms: null };
  const duration_ms = Math.max(0, Date.parse(finished_at) - Date.parse(started_at));
  return { stage, state: 'done', started_at, finished_at, duration_ms };
}
