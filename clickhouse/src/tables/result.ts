import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof severity>;

export const verdict = z.enum(['pass', 'warn', 'fail', 'error', 'skipped', 'no_data']);
export type Verdict = z.infer<typeof verdict>;

export const result = z.object({
  source_id: id,
  load_id: id,
  check_id: id,
  rule_id: z.string(),
  version: z.string(),
  kind: z.string(),
  severity,
  mode: z.enum(['active', 'shadow']),
  segment: z.string(),
  window: z.string(),
  value: z.string().nullable(),
  measure: z.enum(['count', 'share', 'value']),
  expected: z.string(),
  verdict,
  rows_checked: z.string(),
  rows_failed: z.string(),
  finding: z.string(),
  reason: z.string(),
  statement: z.number(),
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

/** The outcome of one rule over the loads of its source: only results of checks in force. */
const ofRule = query({
  sql: `
SELECT ${columns}
FROM results FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND rule_id = {rule_id: String}
  AND (load_id, check_id) IN (
    SELECT load_id, check_id FROM loads FINAL
    WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND state NOT IN ('withdrawn', 'expired'))
ORDER BY load_id DESC, segment, window
LIMIT {limit: UInt32}`,
  params: z.object({ source_id: id, rule_id: z.string(), limit: z.number().int().min(1).max(10_000) }),
  row: result,
});

export function resultsOfCheck(db: Querier, load_id: string, check_id: string): Promise<Result[]> {
  return db.lookup(ofCheck, { load_id, check_id });
}

/** Newest load first. */
export function resultsOfRule(
  db: Querier,
  rule: { source_id: string; rule_id: string; limit: number },
): Promise<Result[]> {
  return db.rows(ofRule, rule);
}

export function writeResults(db: Querier, rows: readonly Result[]): Promise<void> {
  return db.insert('results', rows);
}
