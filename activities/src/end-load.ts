import {
  commitOfLoad,
  finalStates,
  writeLoad,
  type Load,
  type LoadState,
  type Publication,
  type Querier,
} from '@assay/clickhouse';
import type { FinishLoadResult, LoadIdentity } from '@assay/workflows';
import { loadStates } from './publication.ts';
import { writeStep } from './write-step.ts';

/**
 * Writes the last row of a load's workflow, on top of what is known (read when not given), and lets its commit have the last word.
 * @returns the state the load ends in, with what was decided meanwhile
 */
export async function endLoad(
  db: Querier,
  load: LoadIdentity,
  end: Parameters<typeof writeStep>[2],
  now: number,
  known?: Load,
): Promise<FinishLoadResult['state']> {
  const { state } = await rowInForce(db, await writeStep(db, load, end, now, known));
  if (!isFinal(state)) throw new Error(`the workflow of load ${load.load_id} ended while it was ${state}`);
  return state;
}

function isFinal(state: LoadState): state is FinishLoadResult['state'] {
  return finalStates.includes(state);
}

/**
 * The row of a load as its commit has it, written when they differ: after a decision made meanwhile, which wrote the commit before it read
 * this row, so that one of the two sees the other; or when an attempt that died published it by settings that are others by now. What is
 * missing of it stands in its commit alone.
 */
async function rowInForce(db: Querier, written: Load): Promise<Load> {
  const commit = await commitOfLoad(db, written.source_id, written.load_id);
  if (commit === undefined || commit.version === 1) return written;
  const { state, reason, damage } = commit;
  const isSameState = state === publicationOf(written) || (state === 'held' && written.state === 'partial');
  if (isSameState && damage === written.damage) return written;
  const decided = isSameState ? { damage } : { state: loadStates[state], reason, damage };
  const after: Load = { ...written, version: written.version + 1, ...decided };
  await writeLoad(db, after);
  return after;
}

function publicationOf(load: Load): Publication | undefined {
  return (['published', 'held', 'withdrawn', 'expired'] as const).find((state) => loadStates[state] === load.state);
}
