/** Names that no rule can have: an incident of the file itself, and one that stands for many rules at once. */
const ofNoRule: Readonly<Record<string, string>> = { '*file*': 'the file itself', '*storm*': 'many rules at once' };

/** Whether a rule's page exists for an incident. */
export function isOfRule(rule_id: string): boolean {
  return ofNoRule[rule_id] === undefined;
}

/** What an incident is about, as people read it: the rule, or what stands in its place. */
export function incidentSubject(rule_id: string): string {
  return ofNoRule[rule_id] ?? rule_id;
}
