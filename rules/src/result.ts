import { z } from 'zod';
import { severity } from './rule-fields.ts';

/** What a rule found; `error`, `skipped` and `no_data` prove nothing about the data. */
export const verdict = z.enum(['pass', 'warn', 'fail', 'error', 'skipped', 'no_data']);
export type Verdict = z.infer<typeof verdict>;

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

const verbs = { error: 'could not be evaluated', fail: 'failed', warn: 'warned' } as const;
const named_max = 3;

/** The verdict of a load: the worst of its results, and one sentence that names the rules behind it. */
export function loadVerdict(results: readonly Pick<RuleResult, 'rule_id' | 'verdict' | 'mode'>[]): {
  readonly verdict: 'pass' | 'warn' | 'fail' | 'error';
  readonly summary: string;
} {
  const spoken = results.filter((result) => result.mode === 'active');
  const rules = new Set(spoken.map((result) => result.rule_id)).size;
  if (rules === 0) return { verdict: 'pass', summary: 'not checked: no rules yet' };
  const behind = (verdict: RuleResult['verdict']) => [
    ...new Set(spoken.filter((result) => result.verdict === verdict).map((result) => result.rule_id)),
  ];
  for (const verdict of ['error', 'fail', 'warn'] as const) {
    const found = behind(verdict);
    if (found.length > 0)
      return { verdict, summary: `${share(found.length, rules)} ${verbs[verdict]}: ${list(found)}` };
  }
  const passed = behind('pass').length;
  if (passed === 0)
    return { verdict: 'pass', summary: `not checked: none of ${String(rules)} rules had anything to judge` };
  return { verdict: 'pass', summary: `${share(passed, rules)} passed` };
}

/** `3 of 7 rules`, `all 7 rules` */
function share(some: number, all: number): string {
  const noun = all === 1 ? 'rule' : 'rules';
  return some === all
    ? all === 1
      ? `the only ${noun}`
      : `all ${String(all)} ${noun}`
    : `${String(some)} of ${String(all)} ${noun}`;
}

function list(names: readonly string[]): string {
  const more = names.length - named_max;
  return names.slice(0, named_max).join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
}
