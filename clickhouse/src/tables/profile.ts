import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';

export const profile = z.object({
  source_id: id,
  load_id: id,
  check_id: id,
  column_number: z.number(),
  column: z.string(),
  type: z.string(),
  rows: z.string(),
  nulls: z.string(),
  absent: z.string(),
  type_errors: z.string(),
  distinct: z.string(),
  distinct_exact: z.boolean(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.string().nullable(),
});
export type Profile = z.infer<typeof profile>;

const columns = Object.keys(profile.shape)
  .map((name) => `\`${name}\``)
  .join(', ');

const ofCheck = query({
  sql: `
SELECT ${columns}
FROM profiles FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND load_id = {load_id: UInt64}
  AND check_id = {check_id: UInt64}
ORDER BY column_number`,
  params: z.object({ source_id: id, load_id: id, check_id: id }),
  row: profile,
});

/** The columns of the newest loads of a source, for null heat and small charts. */
const history = query({
  sql: `
SELECT ${columns}
FROM profiles FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
  AND (load_id, check_id) IN (
    SELECT load_id, check_id FROM loads FINAL
    WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
      AND check_id != 0 AND state NOT IN ('withdrawn', 'expired')
    ORDER BY load_id DESC
    LIMIT {loads: UInt32})
ORDER BY load_id, column_number`,
  params: z.object({ source_id: id, loads: z.number().int().min(1).max(1_000) }),
  row: profile,
});

export function profilesOfCheck(
  db: Querier,
  check: { source_id: string; load_id: string; check_id: string },
): Promise<Profile[]> {
  return db.rows(ofCheck, check);
}

/** Oldest load first. */
export function profileHistory(db: Querier, source_id: string, loads: number): Promise<Profile[]> {
  return db.rows(history, { source_id, loads });
}

export function writeProfiles(db: Querier, rows: readonly Profile[]): Promise<void> {
  return db.insert('profiles', rows);
}
