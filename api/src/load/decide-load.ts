import { loadById, type Load } from '@assay/clickhouse';
import type { PublicationDecision } from '@assay/workflows';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import type { LoadDecision } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { availableDecisions } from './available-decisions.ts';
import { findLoad } from './find-load.ts';

const states: Readonly<Record<LoadDecision, PublicationDecision['state']>> = {
  withdraw: 'withdrawn',
  restore: 'published',
  release: 'published',
};

/** Takes a load out of every view, or brings it in, by a record; nothing is deleted and everything can be undone. */
export async function decideLoad(
  ctx: AuthorizedContext,
  input: { load_id: string; decision: LoadDecision; reason: string },
): Promise<{ load_id: string; decision: LoadDecision; available_decisions: LoadDecision[] }> {
  const { load_id, decision, reason } = input;
  const before = await findLoad(ctx, load_id);
  if (decision !== 'withdraw' && before.damage !== '') {
    const until = 'Until then nothing reads what is left of it.';
    throw new RequestProblem('conflict', `Load ${load_id} cannot be told to ${decision}. ${before.damage} ${until}`);
  }
  if (!availableDecisions(before).includes(decision)) {
    const possible = availableDecisions(before);
    const instead =
      possible.length === 0 ? 'nothing can be decided about it now' : `it can be told to ${possible.join(' or ')}`;
    throw new RequestProblem(
      'conflict',
      `Load ${load_id} is ${before.state}, so it cannot be told to ${decision}: ${instead}.`,
    );
  }
  const { actor, tenant } = ctx.caller;
  const state = states[decision];
  await ctx.services.orchestrator.decide({
    ref: { tenant, source: before.source },
    if_new: null,
    decision: { load_id, state, also: state === 'published' ? await replacedBy(ctx, before) : null, actor, reason },
    update_id: ctx.request_id,
  });
  const after = await findLoad(ctx, load_id);
  await recordDeed(ctx, {
    action: `load.${decision}`,
    subject: `load:${load_id}`,
    before: { state: before.state },
    after: { state: after.state, reason },
  });
  return { load_id, decision, available_decisions: availableDecisions(after) };
}

/** A load that comes into view takes the place of the one it was sent to replace, should that still be there. */
async function replacedBy(ctx: AuthorizedContext, load: Load): Promise<PublicationDecision['also']> {
  const replaced = load.replaces === '0' ? undefined : await loadById(ctx.db, load.replaces);
  if (replaced === undefined || replaced.state === 'withdrawn' || replaced.state === 'expired') return null;
  return { load_id: replaced.load_id, state: 'withdrawn', reason: `replaced by load ${load.load_id}` };
}
