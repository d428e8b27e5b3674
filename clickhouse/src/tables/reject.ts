import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';

export const reject = z.object({
  line: z.string(),
  byte_offset: z.string(),
  reason_code: z.string(),
  reason: z.string(),
  raw: z.string(),
  raw_bytes: z.string(),
});
export type Reject = z.infer<typeof reject>;

const ofLoad = query({
  sql: `
SELECT ${Object.keys(reject.shape).join(', ')}
FROM rejects
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND chunk_id IN {chunk_ids: Array(UInt64)}
  AND ({reason_code: String} = '' OR reason_code = {reason_code: String})
ORDER BY line
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: z.object({
    load_id: id,
    chunk_ids: idList,
    reason_code: z.string(),
    limit: z.number().int().min(1).max(10_000),
    offset: z.number().int().min(0),
  }),
  row: reject,
});

const reasons = query({
  sql: `
SELECT reason_code, count() AS records, min(line) AS first_line
FROM rejects
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND chunk_id IN {chunk_ids: Array(UInt64)}
GROUP BY reason_code
ORDER BY records DESC, reason_code`,
  params: z.object({ load_id: id, chunk_ids: idList }),
  row: z.object({ reason_code: z.string(), records: z.string(), first_line: z.string() }),
});

const atByte = query({
  sql: `
SELECT line
FROM rejects
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64} AND chunk_id IN {chunk_ids: Array(UInt64)}
  AND byte_offset + raw_bytes = {end: UInt64} AND reason_code IN {codes: Array(String)}
LIMIT 1`,
  params: z.object({ load_id: id, chunk_ids: idList, end: id, codes: z.array(z.string()) }),
  row: z.object({ line: z.string() }),
});

/** The line of a reject for one of these reasons that reaches exactly up to a byte of the content. */
export async function rejectUpTo(
  db: Querier,
  place: { load_id: string; chunk_ids: string[]; end: string; codes: string[] },
): Promise<string | undefined> {
  return (await db.rows(atByte, place))[0]?.line;
}

/** The rejects of committed chunks by line, for one reason or for any. */
export function rejectsOfLoad(
  db: Querier,
  page: { load_id: string; chunk_ids: string[]; reason_code?: string; limit: number; offset: number },
): Promise<Reject[]> {
  return db.rows(ofLoad, { reason_code: '', ...page });
}

/** Why records of committed chunks were rejected: each reason with how many, and the line of the first. */
export function rejectReasons(
  db: Querier,
  load: { load_id: string; chunk_ids: string[] },
): Promise<{ reason_code: string; records: string; first_line: string }[]> {
  return db.rows(reasons, load);
}
