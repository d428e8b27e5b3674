/** Of a load's page: what shows the rows that break a rule, and with a segment only those of it. */
export function failedRowsQuery({ rule_id, segment }: { rule_id: string; segment: string }): string {
  const query = new URLSearchParams({ tab: 'rows', failed: '1', rule: rule_id });
  if (segment !== '') query.set('segment', segment);
  return `?${query.toString()}`;
}
