import { commitOfLoad, loadById, type Commit, type Load } from '@assay/clickhouse';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** The load with this id. Throws `not_found` when the tenant has none. */
export async function findLoad(ctx: AuthorizedContext, load_id: string): Promise<Load> {
  const found = await loadById(ctx.db, load_id);
  if (found === undefined) throw new RequestProblem('not_found', `There is no load ${load_id}.`);
  return found;
}

/** A load with the chunks that count; no commit while it is loading, refused or expired. */
export async function findCommittedLoad(
  ctx: AuthorizedContext,
  load_id: string,
): Promise<{ load: Load; commit: Commit | undefined }> {
  const load = await findLoad(ctx, load_id);
  const commit = await commitOfLoad(ctx.db, load.source_id, load_id);
  return { load, commit: commit?.state === 'expired' ? undefined : commit };
}
