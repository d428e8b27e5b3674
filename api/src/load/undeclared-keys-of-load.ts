import type { UndeclaredKey } from '../shapes/source.ts';
import { findSource } from '../source/find-source.ts';
import { undeclaredKeys } from '../source/undeclared-keys.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findCommittedLoad } from './find-load.ts';

/** The keys in the rows of a load that no column held when it was read; none while it has no rows. */
export async function undeclaredKeysOfLoad(
  ctx: AuthorizedContext,
  load_id: string,
): Promise<{ items: UndeclaredKey[] }> {
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  if (commit === undefined) return { items: [] };
  return { items: await undeclaredKeys(ctx, await findSource(ctx, load.source), commit) };
}
