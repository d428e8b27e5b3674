import { countFailedRows, failedRowsOfCheck, rejectsOfLoad, type FailedRow, type Reject } from '@assay/clickhouse';
import type { AuthorizedContext } from '../trpc.ts';
import { findCommittedLoad, findLoad } from './find-load.ts';

interface Page {
  readonly load_id: string;
  readonly limit: number;
  readonly offset: number;
}

/** Records that could not become rows, by line. */
export async function pageOfRejects(ctx: AuthorizedContext, page: Page): Promise<{ items: Reject[]; total: number }> {
  const { commit } = await findCommittedLoad(ctx, page.load_id);
  if (commit === undefined) return { items: [], total: 0 };
  const total = commit.chunk_rejects.reduce((sum, rejects) => sum + Number(rejects), 0);
  const items = total === 0 ? [] : await rejectsOfLoad(ctx.db, { ...page, chunk_ids: commit.chunk_ids });
  return { items, total };
}

/** Rows kept as evidence by the check in force, by line; of one rule or of all. */
export async function pageOfFailedRows(
  ctx: AuthorizedContext,
  page: Page & { rule_id?: string | undefined },
): Promise<{ items: FailedRow[]; total: number }> {
  const { check_id } = await findLoad(ctx, page.load_id);
  if (check_id === '0') return { items: [], total: 0 };
  const asked = { load_id: page.load_id, check_id, rule_id: page.rule_id ?? '' };
  const [items, total] = await Promise.all([
    failedRowsOfCheck(ctx.db, { ...asked, limit: page.limit, offset: page.offset }),
    countFailedRows(ctx.db, asked),
  ]);
  return { items, total };
}
