import { finalStates, loadIdentity, type Commit, type Load } from '@assay/clickhouse';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { expiredOn } from './expired-on.ts';
import { findCommittedLoad } from './find-load.ts';

/**
 * Has a load read from its file once more: what is read takes the place of what counted before in one step. For a load of which rows are
 * missing, and for one that is held or withdrawn anyway; a whole one that is published has readers.
 */
export async function reloadLoad(
  ctx: AuthorizedContext,
  load_id: string,
): Promise<{ load_id: string; workflow_id: string; workflow_url: string }> {
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  const why = (await whyNotRead(ctx, load, commit)) || whyNotReplace(load, commit);
  if (why !== '') throw new RequestProblem('conflict', `Load ${load_id} cannot be loaded again. ${why}`);
  const begun = await beginReload(ctx, load);
  await recordDeed(ctx, {
    action: 'load.reload',
    subject: `load:${load_id}`,
    before: { state: load.state, damage: load.damage },
    after: { workflow_id: begun.workflow_id },
  });
  return begun;
}

/** Starts the reading of a load's file that takes the place of what is stored of it. */
export async function beginReload(
  ctx: AuthorizedContext,
  load: Load,
): Promise<{ load_id: string; workflow_id: string; workflow_url: string }> {
  const { load_id } = load;
  const workflow_id = await ctx.services.orchestrator.reload(loadIdentity(load, ctx.caller.tenant), load.version);
  return { load_id, workflow_id, workflow_url: ctx.services.links.workflow(workflow_id, '') };
}

/** Why the file of a load cannot be read once more: a sentence, empty when nothing speaks against it. */
export async function whyNotRead(ctx: AuthorizedContext, load: Load, commit: Commit | undefined): Promise<string> {
  return whyNot(load, commit) || (await whyNotBytes(ctx, load));
}

function whyNot(load: Load, commit: Commit | undefined): string {
  if (!finalStates.includes(load.state)) return `It is still ${load.state}: wait until it is done.`;
  const expired = expiredOn(load, 'rows');
  if (expired !== '') return `${expired} Send the file again to have them back.`;
  if (commit === undefined) return `It is ${load.state} and has no rows: send the file again, with --again.`;
  return '';
}

function whyNotReplace(load: Load, commit: Commit | undefined): string {
  if (load.damage === '' && commit?.state === 'published') {
    return 'It is whole and published. Check it again for the rules of today, or withdraw it first to read it anew.';
  }
  return '';
}

async function whyNotBytes(ctx: AuthorizedContext, load: Load): Promise<string> {
  const expired = expiredOn(load, 'inbox');
  if (expired !== '') return `${expired} Send the file again: it takes the place of this load.`;
  if ((await ctx.services.inbox.manifest(load.load_id)) !== undefined) return '';
  return 'The bytes of the file are no longer in the inbox. Send the file again: it takes the place of this load.';
}
