import { formatColumnType, parseColumnType, sql, storageType, type ColumnType } from '@assay/rules';
import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';

/**
 * The rows of a source's files. Names are data, so physical columns are `c_1`, `c_2`, …; each is made for one (name, type) and never
 * changes: a column that is declared anew gets a new number. The table describes itself: a column's comment holds its name and type.
 */

/** A column as the rows of a load were read with it. */
export const dataColumn = z.object({ name: z.string(), type: z.string(), number: z.number().int().min(1) });
export type DataColumn = z.infer<typeof dataColumn>;

export const ownColumns = [
  '_assay_load_id',
  '_assay_chunk_id',
  '_assay_line',
  '_assay_byte_offset',
  '_assay_received_at',
  '_assay_absent',
  '_assay_type_errors',
  '_assay_extra',
] as const;

/** The table with the rows of a source's files. */
export function dataTable(source_id: string): string {
  return `data_${id.parse(source_id)}`;
}

/** The column of a data table with this number. */
export function physicalColumn(number: number): string {
  return `c_${String(number)}`;
}

const described = lookup({
  sql: `
SELECT table, name, comment
FROM system.columns
WHERE {tenant: String} != '' AND database = currentDatabase() AND table IN {table: Array(String)} AND startsWith(name, 'c_')
ORDER BY position`,
  by: { table: 'String' },
  row: z.object({ table: z.string(), name: z.string(), comment: z.string() }),
});

const columnComment = z.object({ name: z.string(), type: z.string() });

/** The physical columns of a source's table; empty when there is no table yet. */
export async function dataColumns(db: Querier, source_id: string): Promise<DataColumn[]> {
  const rows = await db.lookup(described, { table: dataTable(source_id) });
  return rows.map((row) => ({ ...columnComment.parse(JSON.parse(row.comment)), number: Number(row.name.slice(2)) }));
}

const tables = query({
  sql: `SELECT name FROM system.tables WHERE {tenant: String} != '' AND database = currentDatabase() AND name = {table: String}`,
  params: z.object({ table: z.string() }),
  row: z.object({ name: z.string() }),
});

/** Whether any file of the source was ever read. */
export async function hasDataTable(db: Querier, source_id: string): Promise<boolean> {
  return (await db.first(tables, { table: dataTable(source_id) })) !== undefined;
}

/**
 * Makes sure the table of a source has a physical column for every (name, type), and says which. Safe beside others that do the same:
 * whoever loses the race for a number takes the next one.
 */
export async function ensureDataColumns(
  db: Querier,
  source_id: string,
  wanted: readonly { readonly name: string; readonly type: ColumnType }[],
): Promise<DataColumn[]> {
  const names = wanted.map((column) => ({ name: column.name, type: formatColumnType(column.type) }));
  for (;;) {
    const present = await dataColumns(db, source_id);
    const found = names.map((column) =>
      present.find((other) => other.name === column.name && other.type === column.type),
    );
    const fitted = found.filter((column) => column !== undefined);
    if (fitted.length === names.length && (fitted.length > 0 || (await hasDataTable(db, source_id)))) return fitted;
    if (present.length === 0) await db.command(createTable(source_id));
    if (names.length === 0) continue;

    const missing = wanted.filter((_, place) => found[place] === undefined);
    const highest = present.reduce((max, column) => Math.max(max, column.number), 0);
    const additions = missing.map((column, place) => {
      const comment = JSON.stringify({ name: column.name, type: formatColumnType(column.type) });
      const name = physicalColumn(highest + 1 + place);
      return `ADD COLUMN IF NOT EXISTS ${name} ${storageType(column.type)} COMMENT ${sql`${comment}`.text}`;
    });
    await db.command(`ALTER TABLE ${dataTable(source_id)} ${additions.join(', ')}`);
  }
}

/**
 * Partitioned by month of receipt so that retention drops whole partitions; ordered by load so that a check reads only its own granules.
 * However much of it is broken, the engine opens it: what is missing is found by comparing it with the commits.
 */
function createTable(source_id: string): string {
  return `
CREATE TABLE IF NOT EXISTS ${dataTable(source_id)}
(
    _assay_load_id UInt64,
    _assay_chunk_id UInt64,
    _assay_line UInt64,
    _assay_byte_offset UInt64,
    _assay_received_at DateTime('UTC'),
    _assay_absent Array(UInt16),
    _assay_type_errors Map(String, String),
    _assay_extra Map(String, String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(_assay_received_at)
ORDER BY (_assay_load_id, _assay_chunk_id, _assay_line)
SETTINGS max_suspicious_broken_parts = 1000000, max_suspicious_broken_parts_bytes = 1000000000000000`;
}

/** Drops every row of a source for good. */
export async function dropDataTable(db: Querier, source_id: string): Promise<void> {
  await db.command(`DROP TABLE IF EXISTS ${dataTable(source_id)}`);
}

export interface ChunkCount {
  readonly chunk_id: string;
  readonly rows: string;
}

const chunkCount = z.object({ load_id: id, chunk_id: id, rows: z.string() });

/** What the engine holds of a load, chunk by chunk, committed or not. */
export async function countRows(db: Querier, source_id: string, load_id: string): Promise<ChunkCount[]> {
  return db.lookup(rowCounts(source_id), { load_id });
}

/** A count taken from part metadata would not notice rows that were never written. */
function rowCounts(source_id: string) {
  return lookup({
    sql: `
SELECT _assay_load_id AS load_id, _assay_chunk_id AS chunk_id, count() AS rows
FROM ${dataTable(source_id)}
WHERE {tenant: String} != '' AND _assay_load_id IN {load_id: Array(UInt64)}
GROUP BY load_id, chunk_id
SETTINGS optimize_trivial_count_query = 0`,
    by: { load_id: 'UInt64' },
    row: chunkCount,
    of_rows: true,
  });
}

const rejectCounts = lookup({
  sql: `
SELECT load_id, chunk_id, count() AS rows
FROM rejects
WHERE tenant = {tenant: String} AND load_id IN {load_id: Array(UInt64)}
GROUP BY load_id, chunk_id`,
  by: { load_id: 'UInt64' },
  row: chunkCount,
});

/** The same for rejects. */
export function countRejects(db: Querier, load_id: string): Promise<ChunkCount[]> {
  return db.lookup(rejectCounts, { load_id });
}

/** Deletes the rows and rejects of chunks that no commit names. */
export async function deleteChunks(
  db: Querier,
  load: { source_id: string; load_id: string; chunk_ids: readonly string[] },
): Promise<void> {
  const params = { load_id: load.load_id, chunk_ids: load.chunk_ids.map(BigInt) };
  await db.command(
    `DELETE FROM ${dataTable(load.source_id)} WHERE _assay_load_id = {load_id: UInt64} AND _assay_chunk_id IN {chunk_ids: Array(UInt64)}`,
    params,
  );
  await db.command(
    'DELETE FROM rejects WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND chunk_id IN {chunk_ids: Array(UInt64)}',
    params,
  );
}

/** The type a stored column was read with. Throws when the text names none, which means the table was changed by hand. */
export function typeOfColumn(column: { readonly name: string; readonly type: string }): ColumnType {
  const type = parseColumnType(column.type);
  if (type === undefined) throw new Error(`column ${column.name} is stored with the unknown type ${column.type}`);
  return type;
}
