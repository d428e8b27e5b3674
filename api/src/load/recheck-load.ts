import { finalStates, loadIdentity } from '@assay/clickhouse';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { expiredOn } from './expired-on.ts';
import { findCommittedLoad } from './find-load.ts';

/** Checks the stored rows of a load with today's rules. Its results replace the ones in force once they stand. */
export async function recheckLoad(
  ctx: AuthorizedContext,
  load_id: string,
): Promise<{ load_id: string; workflow_id: string; workflow_url: string }> {
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  if (!finalStates.includes(load.state)) {
    throw new RequestProblem(
      'conflict',
      `Load ${load_id} is still ${load.state}: it can be checked again when it is done.`,
    );
  }
  const expired = expiredOn(load, 'rows');
  if (expired !== '') throw new RequestProblem('conflict', `Load ${load_id} cannot be checked again. ${expired}`);
  if (commit === undefined) {
    throw new RequestProblem('conflict', `Load ${load_id} is ${load.state} and has no rows to check again.`);
  }
  if (load.damage !== '') {
    const until = 'Until then what is left of it proves nothing about the file.';
    throw new RequestProblem('conflict', `Load ${load_id} cannot be checked again. ${load.damage} ${until}`);
  }
  const workflow_id = await ctx.services.orchestrator.recheck(loadIdentity(load, ctx.caller.tenant), load.version);
  await recordDeed(ctx, { action: 'load.recheck', subject: `load:${load_id}`, after: { workflow_id } });
  return { load_id, workflow_id, workflow_url: ctx.services.links.workflow(workflow_id, '') };
}
