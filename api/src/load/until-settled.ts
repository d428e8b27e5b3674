import { setTimeout as wait } from 'node:timers/promises';
import { anomaliesOfLoad, incidentsById } from '@assay/clickhouse';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findLoad } from './find-load.ts';

/** An incident writes itself down right after it is told; this is looked for so often, and so long. */
const lookEvery_ms = 50;
const lookFor_ms = 3_000;

/**
 * Waits until the workflow of a load has ended and the incidents it raised are on record, or the time is over. Throws `timeout` for a
 * re-check that goes on.
 */
export async function untilSettled(
  ctx: AuthorizedContext,
  input: { load_id: string; wait_s: number; workflow_id?: string | undefined },
): Promise<void> {
  const load = await findLoad(ctx, input.load_id);
  const workflow_id = input.workflow_id ?? load.workflow_id;
  const own =
    workflow_id === load.workflow_id || workflow_id.startsWith(`recheck:${ctx.caller.tenant}:${load.load_id}:`);
  if (!own) throw new RequestProblem('not_found', `Load ${load.load_id} has no workflow ${workflow_id}.`);
  if (!(await ctx.services.orchestrator.hasEnded(workflow_id, input.wait_s * 1_000))) {
    if (workflow_id === load.workflow_id) return;
    // What is on record is the check before: to answer with it would pass it off as the new one.
    throw new RequestProblem('timeout', `Load ${load.load_id} is still being checked again: ask once more.`);
  }

  const anomalies = await anomaliesOfLoad(ctx.db, await findLoad(ctx, load.load_id));
  const raised = [...new Set(anomalies.map((anomaly) => anomaly.incident_id))].filter((id) => id !== '0');
  for (let waited_ms = 0; raised.length > 0 && waited_ms < lookFor_ms; waited_ms += lookEvery_ms) {
    if ((await incidentsById(ctx.db, raised)).length >= raised.length) return;
    await wait(lookEvery_ms);
  }
}
