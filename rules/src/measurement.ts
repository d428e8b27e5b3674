import { count, type Aggregate } from './aggregate.ts';
import { stored, type Column } from './column.ts';
import type { Measurement, RuleMeasure, Values } from './define.ts';
import { formatCount, formatCounted, formatShare, quantity } from './quantity.ts';
import { allOf, sql, type Sql } from './sql.ts';

/** A rule on single rows: those it looks at (all unless told) and those at fault among them. */
export function rowMeasure(
  rows: { readonly checked?: Sql; readonly failed: Sql },
  more: Readonly<Record<string, Aggregate>> = {},
): RuleMeasure {
  return { aggregates: { checked: count(rows.checked), failed: count(rows.failed), ...more }, failed: rows.failed };
}

/** A rule on the values of a column, all of which have to make the condition true. Rows without a value are not looked at. */
export function valueMeasure(column: Column, holds: Sql): RuleMeasure {
  const checked = sql`isNotNull(${stored(column)})`;
  return rowMeasure({ checked, failed: sql`(${checked} AND NOT ${holds})` });
}

/** That a quantity is at least `min` and at most `max`, as far as they are given. */
export function isWithin(
  quantity: Sql,
  { min, max }: { readonly min?: Sql | number | undefined; readonly max?: Sql | number | undefined },
): Sql {
  return allOf([
    ...(min === undefined ? [] : [sql`${quantity} >= ${min}`]),
    ...(max === undefined ? [] : [sql`${quantity} <= ${max}`]),
  ]);
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
