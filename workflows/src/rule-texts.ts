import type { Rule } from '@assay/rules';
import type { RuleText } from './source-messages.ts';

/** Rules as a source's workflow keeps them: id, kind, and the whole rule as JSON. */
export function ruleTexts(rules: readonly Rule[]): RuleText[] {
  return rules.map((rule) => ({ rule_id: rule.rule_id, kind: rule.kind, spec: JSON.stringify(rule) }));
}
