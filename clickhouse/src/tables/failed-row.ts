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
  /** In the order of `rule_ids`; '' for a rule without segments. */
  segments: z.array(z.string()),
  /** Columns that these rules read. */
  failing_columns: z.array(z.string()),
  key: z.record(z.string(), z.string().nullable()),
  columns: z.record(z.string(), z.string().nullable()),
});
export type FailedRow = z.infer<typeof failedRow>;

/** Which evidence of a check: of a rule, or '' for every one, and of one of its segments, or undefined for all. */
export interface FailedRowFilter {
  readonly load_id: string;
  readonly check_id: string;
  readonly rule_id: string;
  readonly segment?: string | undefined;
}

const filtered = `
FROM failed_rows FINAL
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND check_id = {check_id: UInt64}
  AND ({rule_id: String} = '' OR has(rule_ids, {rule_id: String}))
  AND ({any_segment: Bool} OR segments[indexOf(rule_ids, {rule_id: String})] = {segment: String})`;

const filterParams = z.object({
  load_id: id,
  check_id: id,
  rule_id: z.string(),
  segment: z.string(),
  any_segment: z.boolean(),
});

const ofCheck = query({
  sql: `
SELECT ${Object.keys(failedRow.shape).join(', ')}${filtered}
ORDER BY line
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: filterParams.extend({
    limit: z.number().int().min(1).max(10_000),
    offset: z.number().int().min(0),
  }),
  row: failedRow,
});

/** Evidence of a check by line. */
export function failedRowsOfCheck(
  db: Querier,
  page: FailedRowFilter & { readonly limit: number; readonly offset: number },
): Promise<FailedRow[]> {
  return db.rows(ofCheck, { ...filterOf(page), limit: page.limit, offset: page.offset });
}

const counted = query({
  sql: `
SELECT count() AS rows${filtered}`,
  params: filterParams,
  row: z.object({ rows: z.coerce.number() }),
});

/** How many rows are kept as evidence. */
export async function countFailedRows(db: Querier, check: FailedRowFilter): Promise<number> {
  return (await db.first(counted, filterOf(check)))?.rows ?? 0;
}

function filterOf({ load_id, check_id, rule_id, segment }: FailedRowFilter): z.input<typeof filterParams> {
  return { load_id, check_id, rule_id, segment: segment ?? '', any_segment: segment === undefined };
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

/** Writes evidence; a row that is written again takes the place of itself. */
export function writeFailedRows(db: Querier, rows: readonly FailedRow[]): Promise<void> {
  return db.insert('failed_rows', rows);
}
