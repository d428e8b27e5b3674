import { rejectReasons, rejectsOfLoad, type Reject } from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import type { AuthorizedContext } from '../trpc.ts';
import { findCommittedLoad } from './find-load.ts';
import { maskedColumns } from './masks.ts';

/** Records that could not become rows, by line; for one reason or for any. */
export async function pageOfRejects(
  ctx: AuthorizedContext,
  input: { load_id: string; limit: number; offset: number; reason_code?: string | undefined },
): Promise<{ items: Reject[]; total: number }> {
  const { load_id, limit, offset, reason_code = '' } = input;
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  if (commit === undefined) return { items: [], total: 0 };
  const place = { load_id, chunk_ids: commit.chunk_ids };
  const all = commit.chunk_rejects.reduce((sum, rejects) => sum + Number(rejects), 0);
  const reasons = all === 0 || reason_code === '' ? [] : await rejectReasons(ctx.db, place);
  const total = reason_code === '' ? all : Number(reasons.find((one) => one.reason_code === reason_code)?.records ?? 0);
  const items = total === 0 ? [] : await rejectsOfLoad(ctx.db, { ...place, reason_code, limit, offset });
  const hidden = await maskedColumns(ctx, load.source);
  return { items: hidden.size > 0 ? items.map(withoutRaw) : items, total };
}

/** Nobody can tell where in a record that is none a masked value stands, so none of its text is shown. */
function withoutRaw(reject: Reject): Reject {
  return { ...reject, raw: maskedValue };
}
