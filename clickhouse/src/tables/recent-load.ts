import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { load, type Load } from './load.ts';

const columns = Object.keys(load.shape).join(', ');

/** The last loads of every source in one pass over the small `loads` table. */
const perSource = query({
  sql: `
SELECT ${columns}
FROM (
  SELECT ${columns}
  FROM loads FINAL
  WHERE tenant = {tenant: String}
    AND ({source_id: UInt64} = 0 OR source_id = {source_id: UInt64})
  ORDER BY load_id DESC
  LIMIT {per_source: UInt32} BY source_id)
ORDER BY load_id`,
  params: z.object({ source_id: id, per_source: z.number().int().min(1).max(1_000) }),
  row: load,
});

/** The newest loads of one source, or of each when `source_id` is '0', oldest first. */
export function recentLoads(db: Querier, page: { source_id: string; per_source: number }): Promise<Load[]> {
  return db.rows(perSource, page);
}

const waiting = query({
  sql: `
SELECT count() AS loads, dateDiff('second', min(received_at), now64(3)) AS oldest_s
FROM loads FINAL
WHERE tenant = {tenant: String} AND state IN ('received', 'loading', 'committed', 'checking')`,
  params: z.object({}),
  row: z.object({ loads: z.coerce.number(), oldest_s: z.coerce.number() }),
});

/** How many loads of the tenant are not final yet, and since when the oldest has been there. */
export async function waitingLoads(db: Querier): Promise<{ loads: number; oldest_s: number }> {
  const found = await db.first(waiting, {});
  return found === undefined || found.loads === 0 ? { loads: 0, oldest_s: 0 } : found;
}
