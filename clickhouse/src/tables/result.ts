import { ruleResult, severity, verdict, type Severity, type Verdict } from '@assay/rules';
import { z } from 'zod';
import { id, idList } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export { severity, verdict, type Severity, type Verdict };

/** The order in which verdicts are told: what could not be judged is worse than what failed. */
export const worstFirst: readonly Verdict[] = ['error', 'fail', 'warn', 'no_data', 'skipped', 'pass'];

/** What a rule found, and in which check. */
export const result = z.object({
  source_id: id,
  load_id: id,
  check_id: id,
  ...ruleResult.omit({ segment_values: true }).shape,
  duration_ms: z.string(),
  judged_at: timestamp,
});
export type Result = z.infer<typeof result>;

const columns = Object.keys(result.shape).join(', ');

const ofCheck = lookup({
  sql: `
SELECT ${columns}
FROM results FINAL
WHERE tenant = {tenant: String} AND load_id IN {load_id: Array(UInt64)} AND check_id IN {check_id: Array(UInt64)}
ORDER BY rule_id, segment, window`,
  by: { load_id: 'UInt64', check_id: 'UInt64' },
  row: result,
});

/** The results of one rule over the loads of its source: only of checks in force. */
const inForce = `
FROM results FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND rule_id = {rule_id: String}
  AND (load_id, check_id) IN (
    SELECT load_id, check_id FROM loads FINAL
    WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND state NOT IN ('withdrawn', 'expired'))`;

const ofRule = query({
  sql: `
SELECT ${columns}${inForce}
  AND ({any_segment: Bool} OR segment = {segment: String})
ORDER BY load_id DESC, segment, window
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: z.object({
    source_id: id,
    rule_id: z.string(),
    any_segment: z.boolean(),
    segment: z.string(),
    limit: z.number().int().min(1).max(10_000),
    offset: z.number().int().min(0),
  }),
  row: result,
});

const segments = query({
  sql: `
SELECT segment, toUInt32(count()) AS results${inForce}
GROUP BY segment
ORDER BY segment
LIMIT 10000`,
  params: z.object({ source_id: id, rule_id: z.string() }),
  row: z.object({ segment: z.string(), results: z.number() }),
});

const ofChecks = query({
  sql: `
SELECT ${columns}
FROM results FINAL
WHERE tenant = {tenant: String}
  AND load_id IN {load_ids: Array(UInt64)} AND check_id IN {check_ids: Array(UInt64)}
  AND rule_id IN {rule_ids: Array(String)}
ORDER BY indexOf({worst_first: Array(String)}, verdict), segment, window
LIMIT {per_rule: UInt32} BY source_id, rule_id`,
  params: z.object({
    load_ids: idList,
    check_ids: idList,
    rule_ids: z.array(z.string()),
    worst_first: z.array(verdict),
    per_rule: z.number().int().min(1).max(1_000),
  }),
  row: result,
});

/** What one check said, in force or not. */
export function resultsOfCheck(db: Querier, load_id: string, check_id: string): Promise<Result[]> {
  return db.lookup(ofCheck, { load_id, check_id });
}

/** Newest load first; of one segment (empty for the rule without segments) or of every one. */
export function resultsOfRule(
  db: Querier,
  rule: { source_id: string; rule_id: string; segment?: string | undefined; limit: number; offset?: number },
): Promise<Result[]> {
  const { segment, offset = 0, ...asked } = rule;
  return db.rows(ofRule, { ...asked, offset, segment: segment ?? '', any_segment: segment === undefined });
}

/** The segments of a rule by name, each with how many results it has. */
export function segmentsOfRule(
  db: Querier,
  rule: { source_id: string; rule_id: string },
): Promise<z.infer<typeof segments.row>[]> {
  return db.rows(segments, rule);
}

/** What some rules said in some checks, the worst first: at most `per_rule` of each rule. */
export function worstResults(
  db: Querier,
  asked: { checks: readonly { load_id: string; check_id: string }[]; rule_ids: readonly string[]; per_rule: number },
): Promise<Result[]> {
  return db.rows(ofChecks, {
    load_ids: asked.checks.map(({ load_id }) => load_id),
    check_ids: asked.checks.map(({ check_id }) => check_id),
    rule_ids: [...asked.rule_ids],
    worst_first: [...worstFirst],
    per_rule: asked.per_rule,
  });
}

/** Writes the results of a check; one that is written again takes the place of itself. */
export function writeResults(db: Querier, rows: readonly Result[]): Promise<void> {
  return db.insert('results', rows);
}
