import { rulesAtVersions, type Result } from '@assay/clickhouse';
import { rule, wrongRanges } from '@assay/rules';
import type { JudgedResult } from '../shapes/result.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** Adds to results of one source where their values would have failed and warned, by the versions that judged them. */
export async function judgedResults(
  ctx: AuthorizedContext,
  source_id: string,
  results: readonly Result[],
): Promise<JudgedResult[]> {
  const rule_ids = [...new Set(results.map((result) => result.rule_id))];
  const versions = [...new Set(results.map((result) => result.version))];
  const found = results.length === 0 ? [] : await rulesAtVersions(ctx.db, { source_id, rule_ids, versions });
  const thresholds = new Map(
    found.flatMap(({ rule_id, version, spec, deleted }) =>
      deleted ? [] : [[`${rule_id} ${version}`, rule.parse(JSON.parse(spec))]],
    ),
  );
  return results.map((result) => {
    const by = thresholds.get(`${result.rule_id} ${result.version}`);
    if (by === undefined) return { ...result, unit: null, limits: { fail: [], warn: [] } };
    const { unit, fail, warn } = wrongRanges(by, result);
    return { ...result, unit, limits: { fail: [...fail], warn: [...warn] } };
  });
}
