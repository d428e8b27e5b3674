import { listRules, rulesHistory } from '@assay/clickhouse';
import { didYouMean } from '@assay/rules';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/**
 * Tells a filter that names no rule from one that finds nothing: an id that no rule has, and none ever had in this source, is
 * `not_found` with the nearest id there is.
 */
export async function expectRule(
  ctx: AuthorizedContext,
  wanted: { rule_id: string; source?: { source_id: string; name: string } | undefined },
): Promise<void> {
  const { rule_id, source } = wanted;
  if (source !== undefined && (await rulesHistory(ctx.db, source.source_id, rule_id)).length > 0) return;
  const rules = await listRules(ctx.db);
  const ids = rules
    .filter((rule) => source === undefined || rule.source_id === source.source_id)
    .map((rule) => rule.rule_id);
  if (source === undefined && ids.includes(rule_id)) return;
  const where = source === undefined ? 'No source' : `Source ${source.name}`;
  const has = source === undefined ? 'has a rule' : 'has no rule';
  throw new RequestProblem('not_found', `${where} ${has} called ${rule_id}${didYouMean(rule_id, ids) || '.'}`);
}
