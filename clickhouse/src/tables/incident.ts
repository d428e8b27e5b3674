import { z } from 'zod';
import { id, idList } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { severity } from './result.ts';
import { timestamp } from './timestamp.ts';

export const incidentStatus = z.enum(['triggered', 'acknowledged', 'resolved']);
export type IncidentStatus = z.infer<typeof incidentStatus>;

export const incident = z.object({
  incident_id: id,
  version: z.coerce.number(),
  key: z.string(),
  source_id: id,
  source: z.string(),
  rule_id: z.string(),
  kind: z.string(),
  segment: z.string(),
  status: incidentStatus,
  severity,
  finding: z.string(),
  reason: z.string(),
  comment: z.string(),
  resolved_by: z.string(),
  acknowledged_by: z.string(),
  regressed: z.boolean(),
  silent: z.boolean(),
  settled: z.boolean(),
  occurrences: z.string(),
  level: z.number(),
  round: z.number(),
  next_escalation_at: timestamp.nullable(),
  acknowledged_until: timestamp.nullable(),
  reopen_until: timestamp.nullable(),
  policy: z.string(),
  first_load_id: id,
  last_load_id: id,
  last_anomaly_id: id,
  triggered_at: timestamp,
  acknowledged_at: timestamp.nullable(),
  resolved_at: timestamp.nullable(),
  changed_at: timestamp,
  workflow_id: z.string(),
  run_id: z.string(),
});
export type Incident = z.infer<typeof incident>;

const columns = Object.keys(incident.shape).join(', ');

const byIds = query({
  sql: `
SELECT ${columns}
FROM incidents FINAL
WHERE tenant = {tenant: String} AND has({incident_ids: Array(UInt64)}, incident_id)
ORDER BY incident_id`,
  params: z.object({ incident_ids: idList }),
  row: incident,
});

const listed = query({
  sql: `
SELECT ${columns}
FROM incidents FINAL
WHERE tenant = {tenant: String}
  AND (empty({statuses: Array(String)}) OR has({statuses: Array(String)}, status))
  AND (empty({severities: Array(String)}) OR has({severities: Array(String)}, severity))
  AND ({source: String} = '' OR source = {source: String})
  AND ({rule_id: String} = '' OR rule_id = {rule_id: String})
  AND ({load_id: UInt64} = 0 OR incident_id IN (
    SELECT incident_id FROM incident_events FINAL
    WHERE tenant = {tenant: String} AND JSONExtractString(data, 'load_id') = toString({load_id: UInt64})))
  AND ({before: UInt64} = 0 OR incident_id < {before: UInt64})
ORDER BY incident_id DESC
LIMIT {limit: UInt32}`,
  params: z.object({
    statuses: z.array(incidentStatus),
    severities: z.array(severity),
    source: z.string(),
    rule_id: z.string(),
    load_id: id,
    before: id,
    limit: z.number().int().min(1).max(1_000),
  }),
  row: incident,
});

const openOfSource = lookup({
  sql: `
SELECT source_id, incident_id, rule_id, segment
FROM incidents FINAL
WHERE tenant = {tenant: String} AND source_id IN {source_id: Array(UInt64)} AND status != 'resolved'
ORDER BY rule_id, segment`,
  by: { source_id: 'UInt64' },
  row: z.object({ source_id: id, incident_id: id, rule_id: z.string(), segment: z.string() }),
});

const heardOf = lookup({
  sql: `
SELECT DISTINCT JSONExtractString(data, 'load_id') AS load_id, incident_id
FROM incident_events FINAL
WHERE tenant = {tenant: String} AND load_id IN {load_id: Array(String)}`,
  by: { load_id: 'String' },
  row: z.object({ load_id: id, incident_id: id }),
});

const counts = query({
  sql: `
SELECT status, severity, toUInt32(count()) AS incidents
FROM incidents FINAL
WHERE tenant = {tenant: String}
GROUP BY status, severity
ORDER BY status, severity`,
  params: z.object({}),
  row: z.object({ status: incidentStatus, severity, incidents: z.number() }),
});

export interface IncidentFilter {
  readonly statuses?: readonly IncidentStatus[] | undefined;
  readonly severities?: readonly Incident['severity'][] | undefined;
  readonly source?: string | undefined;
  readonly rule_id?: string | undefined;
  /** Only incidents that heard of this load. */
  readonly load_id?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

export async function incidentById(db: Querier, incident_id: string): Promise<Incident | undefined> {
  return db.first(byIds, { incident_ids: [incident_id] });
}

/** Those of the ids that are there, oldest first. */
export function incidentsById(db: Querier, incident_ids: readonly string[]): Promise<Incident[]> {
  return db.rows(byIds, { incident_ids: [...incident_ids] });
}

/** Newest first. */
export function listIncidents(db: Querier, filter: IncidentFilter): Promise<Incident[]> {
  return db.rows(listed, {
    statuses: [...(filter.statuses ?? [])],
    severities: [...(filter.severities ?? [])],
    source: filter.source ?? '',
    rule_id: filter.rule_id ?? '',
    load_id: filter.load_id ?? '0',
    before: filter.before ?? '0',
    limit: filter.limit,
  });
}

/** The incidents of a source that are not resolved, by key. */
export function openIncidents(db: Querier, source_id: string): Promise<z.infer<typeof openOfSource.row>[]> {
  return db.lookup(openOfSource, { source_id });
}

/** The incidents that heard of a load: opened, continued or cleared by it. */
export async function incidentIdsOfLoad(db: Querier, load_id: string): Promise<string[]> {
  const heard = await db.lookup(heardOf, { load_id });
  return heard.map(({ incident_id }) => incident_id);
}

/** How many incidents there are of each status and severity. */
export function countIncidents(db: Querier): Promise<z.infer<typeof counts.row>[]> {
  return db.rows(counts, {});
}

/** Writes what an incident's workflow knows; the row with the highest version is the present. */
export function writeIncident(db: Querier, row: Incident): Promise<void> {
  return db.insert('incidents', [row]);
}
