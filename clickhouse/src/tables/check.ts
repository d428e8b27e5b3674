import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const check = z.object({
  load_id: id,
  check_id: id,
  version: z.coerce.number(),
  source_id: id,
  state: z.enum(['running', 'final']),
  rules: z.array(z.string()),
  chunk_ids: z.array(id),
  window_loads: z.array(id),
  verdict: z.enum(['', 'pass', 'warn', 'fail', 'error']),
  summary: z.string(),
  statements: z.number(),
  rows_read: z.string(),
  duration_ms: z.string(),
  started_at: timestamp,
  finished_at: timestamp.nullable(),
  trigger: z.enum(['file', 'again']),
});
export type Check = z.infer<typeof check>;

const columns = Object.keys(check.shape).join(', ');

/** Only final checks: a check shows once its own last record is written. */
const ofLoad = query({
  sql: `
SELECT ${columns}
FROM checks FINAL
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND state = 'final'
ORDER BY check_id DESC`,
  params: z.object({ load_id: id }),
  row: check,
});

const byId = lookup({
  sql: `
SELECT ${columns}
FROM checks FINAL
WHERE tenant = {tenant: String} AND load_id IN {load_id: Array(UInt64)} AND check_id IN {check_id: Array(UInt64)}`,
  by: { load_id: 'UInt64', check_id: 'UInt64' },
  row: check,
});

/** The final checks of a load, newest first. */
export function checksOfLoad(db: Querier, load_id: string): Promise<Check[]> {
  return db.rows(ofLoad, { load_id });
}

/** A check, in force or not; undefined when it left no record. */
export async function checkById(db: Querier, load_id: string, check_id: string): Promise<Check | undefined> {
  const [found] = await db.lookup(byId, { load_id, check_id });
  return found;
}

/** Writes a step of a check; the row with the highest version is the present. */
export function writeCheck(db: Querier, row: Check): Promise<void> {
  return db.insert('checks', [row]);
}
