import { loadById, othersInPlace, type Load } from '@assay/clickhouse';
import type { PublicationDecision } from '@assay/workflows';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import type { DecidedLoad, LoadDecision } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { availableDecisions } from './available-decisions.ts';
import { findLoad } from './find-load.ts';

const states: Readonly<Record<LoadDecision, PublicationDecision['state']>> = {
  withdraw: 'withdrawn',
  restore: 'published',
  release: 'published',
};

/**
 * Takes a load out of every view, or brings it in, by a record; nothing is deleted and everything can be undone. A load that is released
 * takes the place of the one that is published there; one that is restored does not, and is refused while there is one.
 */
export async function decideLoad(
  ctx: AuthorizedContext,
  input: { load_id: string; decision: LoadDecision; reason: string },
): Promise<DecidedLoad> {
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
  const replaces = decision === 'release' ? await placeHolder(ctx, before) : '0';
  await ctx.services.orchestrator.decide({
    ref: { tenant, source: before.source },
    if_new: null,
    decision: { load_id, state: states[decision], replaces, actor, reason },
    update_id: ctx.request_id,
  });
  const in_place_of = replaces === '0' ? null : replaces;
  const after = await findLoad(ctx, load_id);
  await recordDeed(ctx, {
    action: `load.${decision}`,
    subject: `load:${load_id}`,
    before: { state: before.state },
    after: { state: after.state, reason, ...(in_place_of === null ? {} : { in_place_of }) },
  });
  return { load_id, decision, in_place_of, available_decisions: availableDecisions(after) };
}

/** The load whose place another one takes: the one that is published there, or the one it was sent to replace; '0' for none. */
async function placeHolder(ctx: AuthorizedContext, load: Load): Promise<string> {
  const [there] = await othersInPlace(ctx.db, load);
  if (there !== undefined) return there.load_id;
  const replaced = load.replaces === '0' ? undefined : await loadById(ctx.db, load.replaces);
  return replaced?.state === 'held' || replaced?.state === 'partial' ? replaced.load_id : '0';
}
