import { countFailedRows, failedRowsOfCheck, type FailedRow } from '@assay/clickhouse';
import { expectRule } from '../rule/expect-rule.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findLoad } from './find-load.ts';
import { masked, maskedColumns } from './masks.ts';
import { requireRule } from './require-rule.ts';

interface FailedRowsInput {
  readonly load_id: string;
  readonly rule_id?: string | undefined;
  readonly segment?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/**
 * Rows kept as evidence by the check in force, by line; of one rule, of one of its segments, or of all.
 * @returns `expired_at` is when retention gave them up; null while they are kept
 */
export async function pageOfFailedRows(
  ctx: AuthorizedContext,
  page: FailedRowsInput,
): Promise<{ items: FailedRow[]; total: number; expired_at: string | null }> {
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
