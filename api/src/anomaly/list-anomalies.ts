import { listAnomalies, type Anomaly } from '@assay/clickhouse';
import { findLoad } from '../load/find-load.ts';
import { expectRule } from '../rule/expect-rule.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** Anomalies of checks in force, newest load first. A source, load or rule that is named must exist. */
export async function listedAnomalies(
  ctx: AuthorizedContext,
  input: {
    source?: string | undefined;
    load_id?: string | undefined;
    rule_id?: string | undefined;
    limit: number;
  },
): Promise<{ items: Anomaly[] }> {
  const source = input.source === undefined ? undefined : await findSource(ctx, input.source);
  if (input.load_id !== undefined) await findLoad(ctx, input.load_id);
  const items = await listAnomalies(ctx.db, {
    limit: input.limit,
    ...(source === undefined ? {} : { source_id: source.source_id }),
    ...(input.load_id === undefined ? {} : { load_id: input.load_id }),
    ...(input.rule_id === undefined ? {} : { rule_id: input.rule_id }),
  });
  if (items.length === 0 && input.rule_id !== undefined) await expectRule(ctx, { rule_id: input.rule_id, source });
  return { items };
}
