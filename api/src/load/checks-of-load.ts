import { checksOfLoad, type Check } from '@assay/clickhouse';
import type { AuthorizedContext } from '../trpc.ts';
import { findLoad } from './find-load.ts';

/** The checks of a load that came to an end, newest first. */
export async function checksOf(
  ctx: AuthorizedContext,
  load_id: string,
): Promise<{ items: Omit<Check, 'chunk_ids'>[] }> {
  await findLoad(ctx, load_id);
  return { items: await checksOfLoad(ctx.db, load_id) };
}
