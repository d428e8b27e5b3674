import { z } from 'zod';
import { severity } from './rule-fields.ts';

/** What a rule found; `error`, `skipped` and `no_data` prove nothing about the data. */
export const verdict = z.enum(['pass', 'warn', 'fail', 'error', 'skipped', 'no_data']);

/** One rule × segment × window of a check. Counts are decimal text. */
export const ruleResult = z.object({
  rule_id: z.string(),
  version: z.string(),
  kind: z.string(),
  severity,
  mode: z.enum(['shadow', 'active']),
  /** `country=DE`; '' when the rule has no `by`. */
  segment: z.string(),
  /** The values of the `by` columns in their order, as text. */
  segment_values: z.array(z.string().nullable()),
  /** Start of the window, ISO; '' when the rule has none. */
  window: z.string(),
  /** What the thresholds were compared with, in plain digits or ISO; null when there was nothing to measure. */
  value: z.string().nullable(),
  /** Which of a rule's numbers `value` is. */
  measure: z.enum(['count', 'share', 'value']),
  expected: z.string(),
  verdict,
  rows_checked: z.string(),
  rows_failed: z.string(),
  /** One sentence with its numbers. */
  finding: z.string(),
  /** Why there is no verdict about the data; '' when there is one. */
  reason: z.string(),
  /** Number of the statement that measured it, -1 when none did. */
  statement: z.int(),
});
export type RuleResult = z.infer<typeof ruleResult>;

/** What is known of a column of a load without any rule. Counts are decimal text. */
export const columnProfile = z.object({
  column_number: z.int(),
  column: z.string(),
  type: z.string(),
  rows: z.string(),
  /** Null or absent; values that do not fit their type are counted apart. */
  nulls: z.string(),
  absent: z.string(),
  type_errors: z.string(),
  distinct: z.string(),
  distinct_exact: z.boolean(),
  /** Null when there are no values, for masked columns and for JSON. */
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.string().nullable(),
});
export type ColumnProfile = z.infer<typeof columnProfile>;

/** The verdict of a load: the worst of its results. */
export function loadVerdict(results: readonly Pick<RuleResult, 'verdict' | 'mode'>[]): {
  readonly verdict: 'pass' | 'warn' | 'fail' | 'error';
  readonly summary: string;
} {
  const spoken = results.filter((result) => result.mode === 'active');
  for (const worst of ['error', 'fail', 'warn'] as const) {
    const found = spoken.filter((result) => result.verdict === worst).length;
    if (found > 0) return { verdict: worst, summary: `${String(found)} of ${String(spoken.length)} results: ${worst}` };
  }
  const passed = spoken.filter((result) => result.verdict === 'pass').length;
  if (spoken.length === 0) return { verdict: 'pass', summary: 'not checked: no rules yet' };
  if (passed === 0)
    return { verdict: 'pass', summary: `not checked: none of ${String(spoken.length)} results proves anything` };
  return { verdict: 'pass', summary: `${String(passed)} of ${String(spoken.length)} results: pass` };
}
