import type { Column } from './column.ts';
import { stored } from './column.ts';
import { allOf, join, sql, type Sql } from './sql.ts';

/** Rows to measure: a table of the physical layout of `data_<source_id>`, and which of its rows. */
export interface RowSet {
  readonly relation: Sql;
  readonly condition: Sql | null;
  /** Set when these are exactly the rows of one chunk: then a statement over them can be asked of many loads at once. */
  readonly chunk?: Chunk;
}

/** A chunk of a load; ids are UInt64 as decimal text. */
export interface Chunk {
  readonly load_id: string;
  readonly chunk_id: string;
  readonly rows: number;
}

/** ` FROM … WHERE …` over the rows that also meet every condition. */
export function fromRows(rows: RowSet, conditions: readonly Sql[] = []): Sql {
  const all = [...(rows.condition ? [rows.condition] : []), ...conditions];
  return all.length === 0 ? sql`FROM ${rows.relation}` : sql`FROM ${rows.relation} WHERE ${allOf(all)}`;
}

/** The start of the tumbling window a row falls in, seconds since 1970 as an Int64; windows of whole weeks begin on Mondays. */
export function windowStart(time: Column, seconds: number): Sql {
  const at = time.type.kind === 'date' ? sql`toDateTime64(${stored(time)}, 0, 'UTC')` : stored(time);
  const second = sql`toUnixTimestamp64Second(${at})`;
  const monday = seconds % 604_800 === 0 ? 345_600 : 0;
  return sql`(${second} - positiveModulo(${second} - ${monday}, ${seconds}))`;
}

/** A text for the value of a `by` column; NULL stays NULL. */
export function segmentKey(column: Column): Sql {
  return sql`toString(${stored(column)})`;
}

/** `country=DE, channel=web`; a value that could be misread is quoted, NULL is not. */
export function segmentText(by: readonly string[], values: readonly (string | null)[]): string {
  return by.map((name, index) => `${readable(name)}=${segmentValue(values[index] ?? null)}`).join(', ');
}

function segmentValue(value: string | null): string {
  return value === null ? 'NULL' : readable(value);
}

function readable(text: string): string {
  return /^[\p{L}\p{N}_.:@/+-][\p{L}\p{N}_.:@/+ -]*$/u.test(text) && text !== 'NULL' && !text.endsWith(' ')
    ? text
    : JSON.stringify(text);
}

/** A tuple of keys in which NULLs are values like any other. */
export function keyTuple(keys: readonly Sql[]): Sql {
  return sql`tuple(${join(keys.flatMap((key) => [sql`isNull(${key})`, sql`ifNull(toString(${key}), '')`]))})`;
}
