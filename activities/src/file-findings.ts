import { extra_names_max, type NearlyStrictColumn } from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import type { Reading } from './read-once.ts';
import { shownText } from './shown-text.ts';
import { timeFindings } from './time-findings.ts';

const named_max = 5;

/** What a person should know about a file beside its verdict, one sentence each. */
export function fileFindings(
  { plan, totals }: Pick<Reading, 'plan' | 'totals'>,
  nearlyStrict: readonly NearlyStrictColumn[],
  masked: ReadonlySet<string>,
): string[] {
  const header = plan.layout.format === 'csv' && totals.records === 0 ? ['The file has a header and no records.'] : [];
  return [
    ...header,
    ...nearlyStrict.map((column) => nearMiss(column, masked)),
    ...timeFindings({ plan, totals }, masked),
    ...drift(plan.columns.length, plan.limits.columns_max, totals, masked.size > 0),
  ];
}

function nearMiss({ name, type, fits, misfits, odd }: NearlyStrictColumn, masked: ReadonlySet<string>): string {
  const shown = (raw: string) => (masked.has(name) ? maskedValue : shownText(raw));
  const lines = odd.map(({ line, raw }) => `line ${String(line)} has ${shown(raw)}`).join(', ');
  return `Column ${shownText(name)} stays text: ${String(fits)} of ${String(fits + misfits)} values are ${type}, but ${lines}. Declare it as ${type} to have these reported as type errors: \`assay loads declare\` does so and reads the file again.`;
}

function drift(columns: number, columns_max: number, totals: Reading['totals'], hidesValues: boolean): string[] {
  const names = [...totals.extras.keys()];
  if (names.length === 0) return [];
  const more = names.length > named_max ? ` and ${String(names.length - named_max)} more` : '';
  const list = `${names.slice(0, named_max).map(shownText).join(', ')}${more}`;
  const explosion = names.length >= extra_names_max;
  if (explosion)
    return [
      `The file has more than ${String(extra_names_max)} different undeclared keys${hidesValues ? '' : `, such as ${list}`}: they look like data, not names.`,
    ];
  if (columns >= columns_max)
    return [
      `The file has more columns than the limit columns_max of ${String(columns_max)}: ${list} are kept as undeclared.`,
    ];
  return [
    `The file has columns that are not declared: ${list}. Their values are kept; accept them to have them checked.`,
  ];
}
