import type { Column } from './column.ts';
import { fromRows, type Chunk, type RowSet } from './row-set.ts';
import { identifier, join, sql, type Sql } from './sql.ts';

/** Something that is measured and can fail by itself: a rule, one column of the profile, or (null) what all columns share. */
export type PartOwner =
  { readonly kind: 'rule'; readonly index: number } | { readonly kind: 'profile'; readonly column: Column | null };

export interface Part {
  readonly owner: PartOwner;
  readonly outputs: readonly { readonly name: string; readonly sql: Sql; readonly heavy: boolean }[];
}

/** The rows of a statement and the keys its answers are grouped by: `s_0`, `s_1` are segments, `w_0` the window. */
export interface StatementShape {
  readonly rows: RowSet;
  readonly conditions: readonly Sql[];
  readonly keys: readonly { readonly alias: string; readonly sql: Sql }[];
}

/** One SELECT. Every column of its answer is text or NULL; ask for it as JSON rows (`FORMAT JSONEachRow` or the client's). */
export interface Statement {
  readonly number: number;
  readonly sql: string;
  /** Set when its rows are one chunk: the same SELECT of as many chunks as wanted. */
  readonly shared: SharedSelect | undefined;
  readonly shape: StatementShape;
  readonly parts: readonly Part[];
  /** For each part, in order: name of the output → column of the answer. */
  readonly aliases: readonly Readonly<Record<string, string>>[];
}

/**
 * A SELECT that tells chunks apart by the columns `load_id` and `chunk_id`, and is asked for with parameters of the same names, each an
 * Array(UInt64). A chunk without rows has no answer.
 */
export interface SharedSelect {
  readonly sql: string;
  readonly chunk: Chunk;
}

/** A row of an answer as the client gives it. */
export type AnswerRow = Readonly<Record<string, unknown>>;

/** What came of a statement: its rows, or why it could not be run. */
export type Answer =
  | { readonly statement: Statement; readonly rows: readonly AnswerRow[] }
  | { readonly statement: Statement; readonly error: string };

// One more than a rule may have, to notice that there are too many.
const groupsLimit = 1_001;

/** Writes the SELECT for the parts; equal expressions are asked once. */
export function makeStatement(number: number, shape: StatementShape, parts: readonly Part[]): Statement {
  const columns = new Map<string, { readonly alias: string; readonly sql: Sql }>();
  const aliases = parts.map((part) =>
    Object.fromEntries(
      part.outputs.map((output) => {
        const known = columns.get(output.sql.text) ?? { alias: `v_${String(columns.size)}`, sql: output.sql };
        columns.set(output.sql.text, known);
        return [output.name, known.alias];
      }),
    ),
  );
  const selected = [...shape.keys, ...columns.values()].map(
    (column) => sql`${column.sql} AS ${identifier(column.alias)}`,
  );
  const grouping =
    shape.keys.length === 0
      ? sql``
      : sql` GROUP BY ${join(shape.keys.map((key) => identifier(key.alias)))} LIMIT ${groupsLimit}`;
  const text = sql`SELECT ${join(selected)} ${fromRows(shape.rows, shape.conditions)}${grouping}`.text;
  const isPlain = shape.keys.length === 0 && shape.conditions.length === 0;
  const shared = isPlain ? shareSelect(shape.rows, join(selected)) : undefined;
  return { number, sql: text, shared, shape, parts, aliases };
}

/** A SELECT of aggregates over the rows of a chunk as one over those of many; undefined when the rows are not one chunk. */
export function shareSelect({ relation, chunk }: RowSet, aggregates: Sql): SharedSelect | undefined {
  if (chunk === undefined) return undefined;
  const keys = "{load_id: Array(UInt64)} AND _assay_chunk_id IN {chunk_id: Array(UInt64)} AND {tenant: String} != ''";
  const text = sql`SELECT toString(_assay_load_id) AS load_id, toString(_assay_chunk_id) AS chunk_id, ${aggregates} FROM ${relation} WHERE _assay_load_id IN `;
  return { sql: `${text.text}${keys} GROUP BY _assay_load_id, _assay_chunk_id`, chunk };
}

/**
 * Two halves of a statement that failed, to find what made it fail; undefined when a single part is left, which is then at fault.
 * Halves keep the number of the whole.
 */
export function splitStatement(statement: Statement): readonly [Statement, Statement] | undefined {
  if (statement.parts.length < 2) return undefined;
  const middle = Math.ceil(statement.parts.length / 2);
  const half = (parts: readonly Part[]) => makeStatement(statement.number, statement.shape, parts);
  return [half(statement.parts.slice(0, middle)), half(statement.parts.slice(middle))];
}
