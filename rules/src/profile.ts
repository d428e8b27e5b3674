import { z } from 'zod';
import type { Aggregate } from './aggregate.ts';
import { count } from './aggregate.ts';
import { formatColumnType } from './column-type.ts';
import { encodedName, familyOf, present, stored, type Column } from './column.ts';
import type { Values } from './define.ts';
import { isoFromEngine } from './instant.ts';
import { countOf } from './measurement.ts';
import type { ColumnProfile } from './result.ts';
import { sql } from './sql.ts';

/** Absent keys and type errors of all columns at once: two maps instead of two counts per column. */
export const sharedAggregates: Readonly<Record<string, Aggregate>> = {
  rows: count(),
  absent: {
    call: 'sum_map',
    values: [sql`_assay_absent`, sql`arrayResize([toUInt64(1)], length(_assay_absent), 1)`],
    when: sql`notEmpty(_assay_absent)`,
    as: 'json',
  },
  misfits: {
    call: 'sum_map',
    values: [sql`mapKeys(_assay_type_errors)`, sql`arrayResize([toUInt64(1)], length(_assay_type_errors), 1)`],
    when: sql`notEmpty(_assay_type_errors)`,
    as: 'json',
  },
};

const textMax = 1_000;
// Up to here the approximate count is a set of 64-bit hashes, not an estimate.
const certainDistinct = 4_096n;

/** What is asked of every column. Distinct values are counted exactly where that is cheap, otherwise within about 1%. */
export function profileAggregates(column: Column, exact: boolean): Record<string, Aggregate> {
  const value = stored(column);
  const family = familyOf(column.type);
  const bounded = column.masked || column.type.kind === 'json' || family === 'bool';
  const shown = family === 'text' ? 'prefix' : 'text';
  return {
    present: count(sql`isNotNull(${value})`),
    distinct: { call: exact ? 'distinct_exact' : 'distinct_approximate', values: [value] },
    ...(bounded
      ? {}
      : { min: { call: 'min', values: [value], as: shown }, max: { call: 'max', values: [value], as: shown } }),
    ...(family === 'number' && !column.masked ? { mean: meanOf(column) } : {}),
  };
}

const tally = z.tuple([z.array(z.union([z.string(), z.number()])), z.array(z.union([z.string(), z.number()]))]);

/** Reads a map that `sharedAggregates` asked for: key → count. */
function readTally(values: Values, name: string): ReadonlyMap<string, bigint> {
  const [keys, counts] = tally.parse(JSON.parse(values[name] ?? '[[],[]]'));
  return new Map(keys.map((key, index) => [String(key), BigInt(counts[index] ?? 0)]));
}

/** The profile of a column from its own answers and the shared ones. @throws RangeError when an answer is missing. */
export function readProfile(column: Column, own: Values, shared: Values, exact: boolean): ColumnProfile {
  const rows = countOf(shared, 'rows');
  const typeErrors = readTally(shared, 'misfits').get(encodedName(column)) ?? 0n;
  const distinct = countOf(own, 'distinct');
  return {
    column_number: column.number,
    column: column.name,
    type: formatColumnType(column.type),
    rows: String(rows),
    nulls: String(rows - countOf(own, 'present') - typeErrors),
    absent: String(readTally(shared, 'absent').get(String(column.number)) ?? 0n),
    type_errors: String(typeErrors),
    distinct: String(distinct),
    distinct_exact: exact || distinct <= certainDistinct,
    min: bound(own['min'], column),
    max: bound(own['max'], column),
    mean: own['mean'] ?? null,
  };
}

function meanOf(column: Column): Aggregate {
  const value = stored(column);
  return column.type.kind === 'float'
    ? { call: 'avg', values: [value], when: sql`(isNotNull(${value}) AND isFinite(${present(column)}))` }
    : { call: 'avg', values: [sql`toFloat64(${value})`] };
}

function bound(text: string | null | undefined, column: Column): string | null {
  if (text === null || text === undefined) return null;
  if (familyOf(column.type) === 'time') return isoFromEngine(text);
  const letters = Array.from(text.slice(0, textMax * 2 + 2));
  return letters.length > textMax ? `${letters.slice(0, textMax).join('')}…` : text;
}
