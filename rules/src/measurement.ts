import { count, type Aggregate } from './aggregate.ts';
import type { Measurement, RuleMeasure, Values } from './define.ts';
import { formatCount, formatCounted, formatShare, quantity } from './quantity.ts';
import type { Sql } from './sql.ts';

/** A rule on single rows: those it looks at (all unless told) and those at fault among them. */
export function rowMeasure(
  rows: { readonly checked?: Sql; readonly failed: Sql },
  more: Readonly<Record<string, Aggregate>> = {},
): RuleMeasure {
  return { aggregates: { checked: count(rows.checked), failed: count(rows.failed), ...more }, failed: rows.failed };
}

/** Reads what `rowMeasure` asked. */
export function countedRows(values: Values, details: Readonly<Record<string, string>> = {}): Measurement {
  return { kind: 'counted', checked: countOf(values, 'checked'), failed: countOf(values, 'failed'), details };
}

/** A count among the answers. @throws RangeError when the engine gave none: a failure must not read as zero. */
export function countOf(values: Values, name: string): bigint {
  const text = values[name];
  if (text === undefined || text === null || !/^\d+$/.test(text)) {
    throw new RangeError(`The engine gave no count for \`${name}\`, but ${JSON.stringify(text ?? null)}.`);
  }
  return BigInt(text);
}

/** `12 of 1,000 rows (1.2%)`; the noun is given in the plural. */
export function failedOf(measurement: Measurement, nouns: string): string {
  if (measurement.kind !== 'counted') return `no ${nouns}`;
  const { checked, failed } = measurement;
  const share = checked > 0n ? ` (${formatShare(quantity(failed, checked))})` : '';
  return `${formatCount(failed)} of ${formatCounted(checked, nouns)}${share}`;
}

/** The verb that goes with `failedOf`: `has` for a single one, `have` otherwise. */
export function verbOf(measurement: Measurement, one: string, many: string): string {
  return measurement.kind === 'counted' && measurement.failed === 1n ? one : many;
}
