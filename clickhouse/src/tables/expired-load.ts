import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { dataTable } from './data.ts';
import { kept, load, type Kept, type Load } from './load.ts';
import { timestamp } from './timestamp.ts';

/**
 * What retention asks and deletes. Loads are found by their rows in the small table `loads`; nothing here looks at a row of a file beyond
 * the id of its load.
 */

const columns = Object.keys(load.shape).join(', ');

const finished = query({
  sql: `
SELECT ${columns}
FROM loads FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
  AND received_at <= parseDateTime64BestEffort({before: String}, 3, 'UTC')
  AND NOT hasAll(mapKeys(expired), {parts: Array(String)})
ORDER BY load_id`,
  params: z.object({ source_id: id, before: timestamp, parts: z.array(kept) }),
  row: load,
});

/** Loads of a source received until a moment that still have one of these parts, oldest first. */
export function loadsWithParts(
  db: Querier,
  asked: { source_id: string; before: string; parts: readonly Kept[] },
): Promise<Load[]> {
  return db.rows(finished, { ...asked, parts: [...asked.parts] });
}

const month = z.object({
  month: z.string(),
  /** Loads whose rows expired before the moment asked for. */
  gone: z.array(id),
  /** How many loads of the month have, or may still get, rows that count. */
  kept: z.coerce.number(),
});

const months = query({
  sql: `
SELECT
  toString(toYYYYMM(received_at)) AS month,
  groupArrayIf(load_id, mapContains(expired, 'rows') AND expired['rows'] <= parseDateTime64BestEffort({before: String}, 3, 'UTC')) AS gone,
  count() - length(gone) - countIf(state = 'refused') AS kept
FROM loads FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
GROUP BY month
HAVING notEmpty(gone)
ORDER BY month`,
  params: z.object({ source_id: id, before: timestamp }),
  row: month,
});

/** The months of receipt in which rows of a source expired until a moment. */
export function expiredMonths(
  db: Querier,
  asked: { source_id: string; before: string },
): Promise<z.infer<typeof month>[]> {
  return db.rows(months, asked);
}

const partitions = query({
  sql: `
SELECT DISTINCT partition_id AS month
FROM system.parts
WHERE {tenant: String} != '' AND database = currentDatabase() AND table = {table: String} AND active AND rows > 0`,
  params: z.object({ table: z.string() }),
  row: z.object({ month: z.string() }),
});

/** The months of receipt of which a table holds rows. */
export async function storedMonths(db: Querier, table: string): Promise<string[]> {
  return (await db.rows(partitions, { table })).map((found) => found.month);
}

/** The loads whose rows a month of a source holds. */
export async function loadsInMonth(db: Querier, source_id: string, month: string): Promise<string[]> {
  const asked = query({
    sql: `
SELECT DISTINCT _assay_load_id AS load_id
FROM ${dataTable(source_id)}
WHERE {tenant: String} != '' AND toYYYYMM(_assay_received_at) = {month: UInt32}`,
    params: z.object({ month: z.string() }),
    row: z.object({ load_id: id }),
  });
  return (await db.rows(asked, { month })).map((found) => found.load_id);
}

/** Drops a month of a source whole. */
export async function dropMonth(db: Querier, source_id: string, month: string): Promise<void> {
  await db.command(`ALTER TABLE ${dataTable(source_id)} DROP PARTITION ID {month: String}`, { month });
}

/** Deletes the rows of loads from a month of a source. */
export async function deleteRows(
  db: Querier,
  rows: { source_id: string; month: string; load_ids: readonly string[] },
): Promise<void> {
  await db.command(
    `DELETE FROM ${dataTable(rows.source_id)} WHERE toYYYYMM(_assay_received_at) = {month: UInt32} AND _assay_load_id IN {load_ids: Array(UInt64)}`,
    { month: rows.month, load_ids: rows.load_ids.map(BigInt) },
  );
}

/** Where each part but rows and bytes is kept. */
const tables = { rejects: 'rejects', evidence: 'failed_rows', metrics: 'profiles' } as const;

/** Which of some loads a table still knows. */
export async function loadsIn(db: Querier, what: keyof typeof tables, load_ids: readonly string[]): Promise<string[]> {
  if (load_ids.length === 0) return [];
  const asked = query({
    sql: `
SELECT DISTINCT load_id
FROM ${tables[what]}
WHERE tenant = {tenant: String} AND load_id IN {load_ids: Array(UInt64)}`,
    params: z.object({ load_ids: idList }),
    row: z.object({ load_id: id }),
  });
  return (await db.rows(asked, { load_ids: [...load_ids] })).map((found) => found.load_id);
}

/** Deletes what a table knows of some loads. */
export async function deleteFrom(db: Querier, what: keyof typeof tables, load_ids: readonly string[]): Promise<void> {
  await db.command(
    `DELETE FROM ${tables[what]} WHERE tenant = {tenant: String} AND load_id IN {load_ids: Array(UInt64)}`,
    { load_ids: load_ids.map(BigInt) },
  );
}

const withExpired = query({
  sql: `
SELECT load_id
FROM loads FINAL
WHERE tenant = {tenant: String} AND ({source_id: UInt64} = 0 OR source_id = {source_id: UInt64})
  AND mapContains(expired, {part: String}) AND (empty({load_ids: Array(UInt64)}) OR load_id IN {load_ids: Array(UInt64)})`,
  params: z.object({ source_id: id, part: kept, load_ids: idList }),
  row: z.object({ load_id: id }),
});

const gone = query({
  sql: `
SELECT count() AS loads, if(loads = 0, NULL, max(expired['rows'])) AS last_at
FROM loads FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND mapContains(expired, 'rows')`,
  params: z.object({ source_id: id }),
  row: z.object({ loads: z.coerce.number(), last_at: timestamp.nullable() }),
});

/** How many loads of a source gave up their rows, and when the last did. */
export async function expiredRows(db: Querier, source_id: string): Promise<{ loads: number; last_at: string | null }> {
  return (await db.first(gone, { source_id })) ?? { loads: 0, last_at: null };
}

/** Loads of a source of which a part expired. */
export async function loadsWithout(db: Querier, source_id: string, part: Kept): Promise<string[]> {
  return (await db.rows(withExpired, { source_id, part, load_ids: [] })).map((found) => found.load_id);
}

/** Those among some loads of any source of which a part expired. */
export async function loadsWithoutAmong(db: Querier, load_ids: readonly string[], part: Kept): Promise<string[]> {
  if (load_ids.length === 0) return [];
  return (await db.rows(withExpired, { source_id: '0', part, load_ids: [...load_ids] })).map((found) => found.load_id);
}
