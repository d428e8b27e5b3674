import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import { acceptColumns } from '../source/accept-columns.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findCommittedLoad } from './find-load.ts';
import { beginReload, whyNotRead } from './reload-load.ts';

/**
 * Declares types of columns for the source of a load and reads its file again with them, in one step: values that do not fit are type errors
 * from then on. What is read takes the place of what counted before once it is judged.
 */
export async function declareColumns(
  ctx: AuthorizedContext,
  input: { load_id: string; columns: readonly { name: string; type: string }[]; why: string },
): Promise<{ load_id: string; workflow_id: string; workflow_url: string }> {
  const { load_id, columns } = input;
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  const reason = await whyNotRead(ctx, load, commit);
  if (reason !== '')
    throw new RequestProblem('conflict', `The file of load ${load_id} cannot be read again. ${reason}`);
  const why = input.why === '' ? `declared for ${load.file}` : input.why;
  await acceptColumns(ctx, { source: load.source, columns, why, expected_version: null });
  const begun = await beginReload(ctx, load);
  await recordDeed(ctx, {
    action: 'load.declare',
    subject: `load:${load_id}`,
    before: { state: load.state },
    after: { columns, workflow_id: begun.workflow_id },
  });
  return begun;
}
