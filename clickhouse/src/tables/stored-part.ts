import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';

/** What the engine says it holds of a table, without a look at its rows. */
export const storedTable = z.object({
  table: z.string(),
  rows: z.coerce.bigint(),
  /** False when a delete hid some of these rows, so that only counting tells how many are left. */
  exact: z.coerce.boolean(),
});
export type StoredTable = z.infer<typeof storedTable>;

/** A part that the engine set aside, because it was broken or because somebody said so. */
export const detachedPart = z.object({ table: z.string(), part: z.string(), reason: z.string() });
export type DetachedPart = z.infer<typeof detachedPart>;

const held = query({
  sql: `
SELECT table, toString(sum(rows)) AS rows, max(has_lightweight_delete) = 0 AS exact
FROM system.parts
WHERE {tenant: String} = '' AND database = currentDatabase() AND active
GROUP BY table`,
  params: z.object({}),
  row: storedTable,
});

const setAside = query({
  sql: `
SELECT table, name AS part, ifNull(reason, '') AS reason
FROM system.detached_parts
WHERE {tenant: String} = '' AND database = currentDatabase()
ORDER BY table, part`,
  params: z.object({}),
  row: detachedPart,
});

/** Every table with rows; asked by a querier without tenant, because tables serve all of them. */
export function storedTables(db: Querier): Promise<StoredTable[]> {
  return db.rows(held, {});
}

/** Every part that is set aside; asked by a querier without tenant. */
export function detachedParts(db: Querier): Promise<DetachedPart[]> {
  return db.rows(setAside, {});
}

const upFor = query({
  sql: `SELECT toUnixTimestamp(now()) - uptime() AS started_s WHERE {tenant: String} = ''`,
  params: z.object({}),
  row: z.object({ started_s: z.coerce.number() }),
});

/** When the engine was started, in seconds since the Unix epoch, a second more or less; asked by a querier without tenant. */
export async function engineStartedAt(db: Querier): Promise<number> {
  return (await db.first(upFor, {}))?.started_s ?? 0;
}

const everyTenant = query({
  sql: `SELECT DISTINCT tenant FROM sources WHERE {tenant: String} = '' ORDER BY tenant`,
  params: z.object({}),
  row: z.object({ tenant: z.string() }),
});

/** Whoever has a source; asked by a querier without tenant. */
export async function tenantsWithSources(db: Querier): Promise<string[]> {
  return (await db.rows(everyTenant, {})).map(({ tenant }) => tenant);
}

const committed = query({
  sql: `
SELECT source_id, toString(sum(arraySum(chunk_rows))) AS rows, toString(sum(arraySum(chunk_rejects))) AS rejects
FROM commits FINAL
WHERE tenant = {tenant: String} AND state != 'expired'
GROUP BY source_id`,
  params: z.object({}),
  row: z.object({ source_id: id, rows: z.coerce.bigint(), rejects: z.coerce.bigint() }),
});

/** How many rows and rejects have to be there, source by source. */
export function committedTotals(db: Querier): Promise<{ source_id: string; rows: bigint; rejects: bigint }[]> {
  return db.rows(committed, {});
}
