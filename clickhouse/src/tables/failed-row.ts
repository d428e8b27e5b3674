import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';

export const failedRow = z.object({
  load_id: id,
  check_id: id,
  line: z.string(),
  byte_offset: z.string(),
  rule_ids: z.array(z.string()),
  reasons: z.array(z.string()),
  /** Columns that these rules read. */
  failing_columns: z.array(z.string()),
  key: z.record(z.string(), z.string().nullable()),
  columns: z.record(z.string(), z.string().nullable()),
});
export type FailedRow = z.infer<typeof failedRow>;

const ofCheck = query({
  sql: `
SELECT ${Object.keys(failedRow.shape).join(', ')}
FROM failed_rows FINAL
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND check_id = {check_id: UInt64}
  AND ({rule_id: String} = '' OR has(rule_ids, {rule_id: String}))
ORDER BY line
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: z.object({
    load_id: id,
    check_id: id,
    rule_id: z.string(),
    limit: z.number().int().min(1).max(10_000),
    offset: z.number().int().min(0),
  }),
  row: failedRow,
});

/** Evidence of a check by line; `rule_id` '' means every rule. */
export function failedRowsOfCheck(
  db: Querier,
  page: { load_id: string; check_id: string; rule_id: string; limit: number; offset: number },
): Promise<FailedRow[]> {
  return db.rows(ofCheck, page);
}

const counted = query({
  sql: `
SELECT count() AS rows
FROM failed_rows FINAL
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND check_id = {check_id: UInt64}
  AND ({rule_id: String} = '' OR has(rule_ids, {rule_id: String}))`,
  params: z.object({ load_id: id, check_id: id, rule_id: z.string() }),
  row: z.object({ rows: z.coerce.number() }),
});

/** How many rows are kept as evidence; `rule_id` '' means by any rule. */
export async function countFailedRows(
  db: Querier,
  check: { load_id: string; check_id: string; rule_id: string },
): Promise<number> {
  return (await db.first(counted, check))?.rows ?? 0;
}

const atLines = query({
  sql: `
SELECT ${Object.keys(failedRow.shape).join(', ')}
FROM failed_rows FINAL
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND check_id = {check_id: UInt64}
  AND line IN {lines: Array(UInt64)}
ORDER BY line`,
  params: z.object({ load_id: id, check_id: id, lines: idList }),
  row: failedRow,
});

/** The evidence of a check at some lines. */
export function failedRowsAtLines(
  db: Querier,
  page: { load_id: string; check_id: string; lines: string[] },
): Promise<FailedRow[]> {
  return db.rows(atLines, page);
}

export function writeFailedRows(db: Querier, rows: readonly FailedRow[]): Promise<void> {
  return db.insert('failed_rows', rows);
}
