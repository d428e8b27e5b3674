import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { severity } from './result.ts';
import type { Load } from './load.ts';
import { timestamp } from './timestamp.ts';

export const anomaly = z.object({
  source_id: id,
  anomaly_id: id,
  check_id: id,
  load_id: id,
  rule_id: z.string(),
  version: z.string(),
  kind: z.string(),
  severity,
  verdict: z.enum(['warn', 'fail', 'error']),
  segment: z.string(),
  window: z.string(),
  value: z.string().nullable(),
  expected: z.string(),
  finding: z.string(),
  rows_checked: z.string(),
  rows_failed: z.string(),
  evidence: z.string(),
  incident_id: id,
  found_at: timestamp,
});
export type Anomaly = z.infer<typeof anomaly>;

const columns = Object.keys(anomaly.shape).join(', ');

/** Only anomalies of checks in force. */
const listed = query({
  sql: `
SELECT ${columns}
FROM anomalies FINAL
WHERE tenant = {tenant: String}
  AND ({source_id: UInt64} = 0 OR source_id = {source_id: UInt64})
  AND ({load_id: UInt64} = 0 OR load_id = {load_id: UInt64})
  AND ({rule_id: String} = '' OR rule_id = {rule_id: String})
  AND (load_id, check_id) IN (
    SELECT load_id, check_id FROM loads FINAL
    WHERE tenant = {tenant: String} AND check_id != 0 AND state NOT IN ('withdrawn', 'expired'))
ORDER BY load_id DESC, rule_id, segment, window
LIMIT {limit: UInt32}`,
  params: z.object({
    source_id: id,
    load_id: id,
    rule_id: z.string(),
    limit: z.number().int().min(1).max(10_000),
  }),
  row: anomaly,
});

const ofCheck = lookup({
  sql: `
SELECT ${columns}
FROM anomalies FINAL
WHERE tenant = {tenant: String} AND load_id IN {load_id: Array(UInt64)} AND check_id IN {check_id: Array(UInt64)}
ORDER BY rule_id, segment, window`,
  by: { load_id: 'UInt64', check_id: 'UInt64' },
  row: anomaly,
});

/** What one check found, in force or not. */
export function anomaliesOfCheck(db: Querier, load_id: string, check_id: string): Promise<Anomaly[]> {
  return db.lookup(ofCheck, { load_id, check_id });
}

/** What the check in force found of a load; nothing of one that was taken back. */
export async function anomaliesOfLoad(
  db: Querier,
  load: Pick<Load, 'load_id' | 'check_id' | 'state'>,
): Promise<Anomaly[]> {
  if (load.check_id === '0' || load.state === 'withdrawn' || load.state === 'expired') return [];
  return anomaliesOfCheck(db, load.load_id, load.check_id);
}

export interface AnomalyFilter {
  readonly source_id?: string;
  readonly load_id?: string;
  readonly rule_id?: string;
  readonly limit: number;
}

/** Newest load first. */
export function listAnomalies(db: Querier, filter: AnomalyFilter): Promise<Anomaly[]> {
  return db.rows(listed, {
    source_id: filter.source_id ?? '0',
    load_id: filter.load_id ?? '0',
    rule_id: filter.rule_id ?? '',
    limit: filter.limit,
  });
}

/** Writes anomalies; of one that several checks found, the newest check counts. */
export function writeAnomalies(db: Querier, rows: readonly Anomaly[]): Promise<void> {
  return db.insert('anomalies', rows);
}
