import { resolve } from '$app/paths';

/** Where the rows of a load that break a rule are shown; with a segment only those of it. */
export function failedRowsAddress(load_id: string, { rule_id, segment }: { rule_id: string; segment: string }): string {
  const query = new URLSearchParams({ tab: 'rows', failed: '1', rule: rule_id });
  if (segment !== '') query.set('segment', segment);
  return `${resolve('/loads/[load_id]', { load_id })}?${query.toString()}`;
}
