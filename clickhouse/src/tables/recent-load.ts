import { z } from 'zod';
import { idList } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { load, type Load } from './load.ts';

const columns = Object.keys(load.shape).join(', ');

/** Which loads they are is found in two small columns; their rows are then read by key. */
const perSource = query({
  sql: `
SELECT ${columns}
FROM loads FINAL
WHERE tenant = {tenant: String} AND load_id IN (
  SELECT load_id
  FROM loads
  WHERE tenant = {tenant: String} AND source_id IN {source_ids: Array(UInt64)}
  GROUP BY source_id, load_id
  ORDER BY load_id DESC
  LIMIT {per_source: UInt32} BY source_id)
ORDER BY load_id`,
  params: z.object({ source_ids: idList, per_source: z.number().int().min(1).max(1_000) }),
  row: load,
});

/** The newest loads of each of some sources, oldest first. */
export function recentLoads(
  db: Querier,
  asked: { source_ids: readonly string[]; per_source: number },
): Promise<Load[]> {
  return db.rows(perSource, { ...asked, source_ids: [...asked.source_ids] });
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
