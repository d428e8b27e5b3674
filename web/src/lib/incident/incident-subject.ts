const damage = '*damage*';

/** Names that no rule can have: an incident of the file itself, of rows the store lost, and one that stands for many rules at once. */
const ofNoRule: Readonly<Record<string, string>> = {
  '*file*': 'the file itself',
  '*storm*': 'many rules at once',
  [damage]: 'rows missing from the store',
};

/** Whether a rule's page exists for an incident. */
export function isOfRule(rule_id: string): boolean {
  return ofNoRule[rule_id] === undefined;
}

/** What an incident is about, as people read it: the rule, or what stands in its place. */
export function incidentSubject(rule_id: string): string {
  return ofNoRule[rule_id] ?? rule_id;
}

/** Which part of it: a segment, or the load of which rows are missing; empty for the whole. */
export function incidentPart({ rule_id, segment }: { rule_id: string; segment: string }): string {
  return rule_id === damage && segment !== '' ? `load ${segment}` : segment;
}
