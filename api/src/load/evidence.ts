import {
  countFailedRows,
  failedRowsOfCheck,
  rejectsOfLoad,
  sourceByName,
  type FailedRow,
  type Reject,
} from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import { expectRule } from '../rule/expect-rule.ts';
import { sourceFactsOf } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findCommittedLoad, findLoad } from './find-load.ts';

interface Page {
  readonly load_id: string;
  readonly limit: number;
  readonly offset: number;
}

/** Records that could not become rows, by line. */
export async function pageOfRejects(ctx: AuthorizedContext, page: Page): Promise<{ items: Reject[]; total: number }> {
  const { load, commit } = await findCommittedLoad(ctx, page.load_id);
  if (commit === undefined) return { items: [], total: 0 };
  const total = commit.chunk_rejects.reduce((sum, rejects) => sum + Number(rejects), 0);
  const items = total === 0 ? [] : await rejectsOfLoad(ctx.db, { ...page, chunk_ids: commit.chunk_ids });
  const source = await sourceByName(ctx.db, load.source);
  const masking = source !== undefined && sourceFactsOf(source).masked.size > 0;
  return { items: masking ? items.map(withoutRaw) : items, total };
}

/** Nobody can tell where in a record that is none a masked value stands, so none of its text is shown. */
function withoutRaw(reject: Reject): Reject {
  return { ...reject, raw: maskedValue };
}

/** Rows kept as evidence by the check in force, by line; of one rule or of all. */
export async function pageOfFailedRows(
  ctx: AuthorizedContext,
  page: Page & { rule_id?: string | undefined },
): Promise<{ items: FailedRow[]; total: number }> {
  const { check_id, source_id, source } = await findLoad(ctx, page.load_id);
  if (page.rule_id !== undefined) await expectRule(ctx, { rule_id: page.rule_id, source: { source_id, name: source } });
  if (check_id === '0') return { items: [], total: 0 };
  const asked = { load_id: page.load_id, check_id, rule_id: page.rule_id ?? '' };
  const [items, total] = await Promise.all([
    failedRowsOfCheck(ctx.db, { ...asked, limit: page.limit, offset: page.offset }),
    countFailedRows(ctx.db, asked),
  ]);
  return { items, total };
}
