import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { dataTable, physicalColumn } from './data.ts';

/** A stored row as text. `cells` are in the order of the columns asked for. */
const storedRow = z.object({
  line: z.string(),
  byte_offset: z.string(),
  cells: z.array(z.string().nullable()),
  absent: z.array(z.number()),
  type_errors: z.record(z.string(), z.string()),
  extra: z.record(z.string(), z.string()),
});
export type StoredRow = z.infer<typeof storedRow>;

interface Slice {
  readonly source_id: string;
  readonly load_id: string;
  readonly chunk_ids: readonly string[];
  /** Numbers of the physical columns to read. */
  readonly columns: readonly number[];
}

function reading(slice: Slice, condition: string, page: string): string {
  const cells = slice.columns.map((number) => `toString(${physicalColumn(number)})`).join(', ');
  return `
SELECT
  toString(_assay_line) AS line,
  toString(_assay_byte_offset) AS byte_offset,
  CAST([${cells}], 'Array(Nullable(String))') AS cells,
  _assay_absent AS absent,
  _assay_type_errors AS type_errors,
  _assay_extra AS extra
FROM ${dataTable(slice.source_id)}
WHERE {tenant: String} != '' AND _assay_load_id = {load_id: UInt64} AND _assay_chunk_id IN {chunk_ids: Array(UInt64)}
  ${condition}
ORDER BY _assay_line
${page}`;
}

const place = { load_id: id, chunk_ids: idList };

/** The rows of some chunks of a load by line. Asking for few chunks keeps the sort small. */
export function rowsOfChunks(db: Querier, slice: Slice & { limit: number; offset: number }): Promise<StoredRow[]> {
  const asked = query({
    sql: reading(slice, '', 'LIMIT {limit: UInt32} OFFSET {offset: UInt64}'),
    params: z.object({ ...place, limit: z.number().int(), offset: z.number().int() }),
    row: storedRow,
  });
  const { load_id, chunk_ids, limit, offset } = slice;
  return db.rows(asked, { load_id, chunk_ids: [...chunk_ids], limit, offset });
}

/** The rows of a load at some lines. */
export function rowsAtLines(db: Querier, slice: Slice & { lines: readonly string[] }): Promise<StoredRow[]> {
  const asked = query({
    sql: reading(slice, 'AND _assay_line IN {lines: Array(UInt64)}', ''),
    params: z.object({ ...place, lines: idList }),
    row: storedRow,
  });
  const { load_id, chunk_ids, lines } = slice;
  return db.rows(asked, { load_id, chunk_ids: [...chunk_ids], lines: [...lines] });
}

/** A key that no column holds, as the rows of one load have it. Nulls count nowhere. */
export const extraKey = z.object({
  name: z.string(),
  rows: z.string(),
  /** How many of the values are what; others are lists or objects. */
  integers: z.string(),
  numbers: z.string(),
  texts: z.string(),
  bools: z.string(),
  /** The longest one of the numbers. */
  scale: z.coerce.number(),
  /** A few values as raw JSON, cut. */
  samples: z.array(z.string()),
});
export type ExtraKey = z.infer<typeof extraKey>;

/** Keys of a load that no column holds, the most frequent first, with what their values look like. Values that are null count nowhere. */
export function extraKeys(
  db: Querier,
  place: { source_id: string; load_id: string; chunk_ids: readonly string[] },
): Promise<ExtraKey[]> {
  const asked = query({
    sql: `
SELECT
  entry.1 AS name,
  toString(countIf(entry.2 != 'null')) AS rows,
  toString(countIf(match(entry.2, '^-?(0|[1-9][0-9]{0,17})$'))) AS integers,
  toString(countIf(match(entry.2, '^-?[0-9]+[.][0-9]+$'))) AS numbers,
  toString(countIf(startsWith(entry.2, '"'))) AS texts,
  toString(countIf(entry.2 IN ('true', 'false'))) AS bools,
  max(length(extract(entry.2, '^-?[0-9]+[.]([0-9]+)$'))) AS scale,
  groupUniqArrayIf(3)(leftUTF8(entry.2, 80), entry.2 != 'null') AS samples
FROM ${dataTable(place.source_id)}
ARRAY JOIN CAST(_assay_extra, 'Array(Tuple(String, String))') AS entry
WHERE {tenant: String} != '' AND _assay_load_id = {load_id: UInt64} AND _assay_chunk_id IN {chunk_ids: Array(UInt64)}
GROUP BY name
ORDER BY count() DESC, name
LIMIT 200`,
    params: z.object({ load_id: id, chunk_ids: idList }),
    row: extraKey,
  });
  return db.rows(asked, { load_id: place.load_id, chunk_ids: [...place.chunk_ids] });
}

const extraCount = z.object({ name: z.string(), present: z.string(), nulls: z.string() });
export type ExtraCount = z.infer<typeof extraCount>;

/** The same keys, the most frequent first, by how many rows have them and in how many of these they are null. */
export function extraCounts(
  db: Querier,
  place: { source_id: string; load_id: string; chunk_ids: readonly string[]; limit: number },
): Promise<ExtraCount[]> {
  const asked = query({
    sql: `
SELECT entry.1 AS name, toString(count()) AS present, toString(countIf(entry.2 = 'null')) AS nulls
FROM ${dataTable(place.source_id)}
ARRAY JOIN CAST(_assay_extra, 'Array(Tuple(String, String))') AS entry
WHERE {tenant: String} != '' AND _assay_load_id = {load_id: UInt64} AND _assay_chunk_id IN {chunk_ids: Array(UInt64)}
GROUP BY name
ORDER BY count() DESC, name
LIMIT {limit: UInt32}`,
    params: z.object({ load_id: id, chunk_ids: idList, limit: z.number().int() }),
    row: extraCount,
  });
  const { load_id, chunk_ids, limit } = place;
  return db.rows(asked, { load_id, chunk_ids: [...chunk_ids], limit });
}
