import { columnProfile } from '@assay/rules';
import { z } from 'zod';
import { id, idList } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';

/** Instead of a type, for a key that no column holds: of such keys only rows, nulls and absences are counted. */
export const undeclaredType = 'undeclared';

/** What is known of a column, and in which check it was counted. */
export const profile = z.object({ source_id: id, load_id: id, check_id: id, ...columnProfile.shape });
export type Profile = z.infer<typeof profile>;

const columns = Object.keys(profile.shape)
  .map((name) => `\`${name}\``)
  .join(', ');

const ofCheck = lookup({
  sql: `
SELECT ${columns}
FROM profiles FINAL
WHERE tenant = {tenant: String} AND source_id IN {source_id: Array(UInt64)}
  AND load_id IN {load_id: Array(UInt64)} AND check_id IN {check_id: Array(UInt64)}
ORDER BY column_number`,
  by: { source_id: 'UInt64', load_id: 'UInt64', check_id: 'UInt64' },
  row: profile,
});

/** The columns of the newest loads of a source, for null heat and small charts. */
const history = query({
  sql: `
SELECT ${columns}
FROM profiles FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND type != '${undeclaredType}'
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

export const missingShares = z.object({
  source_id: id,
  column: z.string(),
  /** The share of rows without a value, between 0 and 1, by load. */
  shares: z.record(id, z.number()),
});
export type MissingShares = z.infer<typeof missingShares>;

/** Read by source first, the key's order; only columns that lack a value somewhere leave the engine. */
const missing = query({
  sql: `
SELECT source_id, \`column\`, mapFromArrays(groupArray(toString(load_id)), groupArray(share)) AS shares
FROM (
  SELECT source_id, load_id, \`column\`, if(rows = 0, 0, nulls / rows) AS share
  FROM profiles FINAL
  WHERE tenant = {tenant: String} AND source_id IN {source_ids: Array(UInt64)} AND type != '${undeclaredType}'
    AND (source_id, load_id, check_id) IN (
      SELECT source_id, load_id, check_id FROM loads FINAL
      WHERE tenant = {tenant: String} AND source_id IN {source_ids: Array(UInt64)} AND check_id != 0 AND state NOT IN ('withdrawn', 'expired')
      ORDER BY load_id DESC
      LIMIT {loads: UInt32} BY source_id))
GROUP BY source_id, \`column\`
HAVING max(share) > 0
ORDER BY source_id, argMax(share, load_id) DESC, \`column\`
LIMIT {columns: UInt32} BY source_id`,
  params: z.object({
    source_ids: idList,
    loads: z.number().int().min(1).max(100),
    columns: z.number().int().min(1).max(100),
  }),
  row: missingShares,
});

/** The columns of some sources that lack most values in the newest load of each, worst first, over its newest `loads` loads. */
export function mostMissing(
  db: Querier,
  source_ids: readonly string[],
  most: { loads: number; columns: number },
): Promise<MissingShares[]> {
  return db.rows(missing, { ...most, source_ids: [...source_ids] });
}

/** The columns of one check in their order, in force or not. */
export function profilesOfCheck(
  db: Querier,
  check: { source_id: string; load_id: string; check_id: string },
): Promise<Profile[]> {
  return db.lookup(ofCheck, check);
}

/** Oldest load first. */
export function profileHistory(db: Querier, source_id: string, loads: number): Promise<Profile[]> {
  return db.rows(history, { source_id, loads });
}

/** Writes the profiles of a check; one that is written again takes the place of itself. */
export function writeProfiles(db: Querier, rows: readonly Profile[]): Promise<void> {
  return db.insert('profiles', rows);
}
