import {
  countFailedRows,
  failedRowsOfCheck,
  rejectReasons,
  rejectsOfLoad,
  type FailedRow,
  type Reject,
} from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import { expectRule } from '../rule/expect-rule.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findCommittedLoad, findLoad } from './find-load.ts';
import { masked, maskedColumns } from './masks.ts';
import { requireRule } from './require-rule.ts';

interface Page {
  readonly load_id: string;
  readonly limit: number;
  readonly offset: number;
}

interface PageOf<T> {
  readonly items: T[];
  readonly total: number;
}

/** `expired_at` is when retention gave the rows of the page up; null while they are kept. */
interface ExpiringPageOf<T> extends PageOf<T> {
  readonly expired_at: string | null;
}

/** Records that could not become rows, by line; for one reason or for any. */
export async function pageOfRejects(
  ctx: AuthorizedContext,
  input: Page & { reason_code?: string | undefined },
): Promise<PageOf<Reject>> {
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

/** Rows kept as evidence by the check in force, by line; of one rule, of one of its segments, or of all. */
export async function pageOfFailedRows(
  ctx: AuthorizedContext,
  page: Page & { rule_id?: string | undefined; segment?: string | undefined },
): Promise<ExpiringPageOf<FailedRow>> {
  requireRule(page);
  const { check_id, source_id, source, expired } = await findLoad(ctx, page.load_id);
  const expired_at = expired.evidence ?? null;
  if (page.rule_id !== undefined) await expectRule(ctx, { rule_id: page.rule_id, source: { source_id, name: source } });
  if (check_id === '0' || expired_at !== null) return { items: [], total: 0, expired_at };
  const asked = { load_id: page.load_id, check_id, rule_id: page.rule_id ?? '', segment: page.segment };
  const [items, total, hidden] = await Promise.all([
    failedRowsOfCheck(ctx.db, { ...asked, limit: page.limit, offset: page.offset }),
    countFailedRows(ctx.db, asked),
    maskedColumns(ctx, source),
  ]);
  return {
    items: items.map((row) => ({ ...row, key: masked(row.key, hidden), columns: masked(row.columns, hidden) })),
    total,
    expired_at,
  };
}
