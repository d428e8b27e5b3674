import { resolve } from '$app/paths';

/** Where the rows of a load that break a rule are shown. */
export function failedRowsAddress(load_id: string, rule_id: string): string {
  const query = new URLSearchParams({ tab: 'rows', failed: '1', rule: rule_id });
  return `${resolve('/loads/[load_id]', { load_id })}?${query.toString()}`;
}
