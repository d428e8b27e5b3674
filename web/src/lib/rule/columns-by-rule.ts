import type { RuleSummary } from '#lib/api.ts';

/** The columns each rule looks at, by the id of the rule. */
export function columnsByRule(
  rules: readonly Pick<RuleSummary, 'rule_id' | 'columns'>[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(rules.map(({ rule_id, columns }) => [rule_id, columns]));
}
