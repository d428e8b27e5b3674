import { z } from 'zod';
import { id, idList } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { containsText } from './contains-text.ts';
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

/** What a list and its counts have in common: which incidents they are about, whatever their status. */
const filtered = `
FROM incidents FINAL
WHERE tenant = {tenant: String}
  AND (empty({severities: Array(String)}) OR has({severities: Array(String)}, severity))
  AND ({source: String} = '' OR source = {source: String})
  AND ({rule_id: String} = '' OR rule_id = {rule_id: String})
  AND ${containsText('finding', 'source', 'rule_id', 'segment')}
  AND ({load_id: UInt64} = 0 OR incident_id IN (
    SELECT incident_id FROM incident_events FINAL
    WHERE tenant = {tenant: String} AND JSONExtractString(data, 'load_id') = toString({load_id: UInt64})))`;

const filterParams = z.object({
  severities: z.array(severity),
  source: z.string(),
  rule_id: z.string(),
  text: z.string(),
  load_id: id,
});

/** Paged by id: `before` is the last id of the page above, so that new incidents never shift a page. */
const listed = query({
  sql: `
SELECT ${columns}${filtered}
  AND (empty({statuses: Array(String)}) OR has({statuses: Array(String)}, status))
  AND ({acknowledged_by: String} = '' OR acknowledged_by = {acknowledged_by: String})
  AND ({before: UInt64} = 0 OR if({oldest_first: Bool}, incident_id > {before: UInt64}, incident_id < {before: UInt64}))
ORDER BY if({oldest_first: Bool}, incident_id, bitNot(incident_id))
LIMIT {limit: UInt32}`,
  params: filterParams.extend({
    statuses: z.array(incidentStatus),
    acknowledged_by: z.string(),
    before: id,
    oldest_first: z.boolean(),
    limit: z.number().int().min(1).max(1_000),
  }),
  row: incident,
});

const openOfSource = lookup({
  sql: `
SELECT source_id, incident_id, rule_id, segment, first_load_id
FROM incidents FINAL
WHERE tenant = {tenant: String} AND source_id IN {source_id: Array(UInt64)} AND status != 'resolved'
ORDER BY rule_id, segment`,
  by: { source_id: 'UInt64' },
  row: z.object({ source_id: id, incident_id: id, rule_id: z.string(), segment: z.string(), first_load_id: id }),
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
SELECT
  status,
  toUInt32(count()) AS incidents,
  toUInt32(countIf(acknowledged_by = {actor: String})) AS of_actor${filtered}
GROUP BY status
ORDER BY status`,
  params: filterParams.extend({ actor: z.string() }),
  row: z.object({ status: incidentStatus, incidents: z.number(), of_actor: z.number() }),
});

const openBySource = query({
  sql: `
SELECT source_id, toUInt32(count()) AS incidents
FROM incidents FINAL
WHERE tenant = {tenant: String} AND status != 'resolved'
  AND (empty({source_ids: Array(UInt64)}) OR has({source_ids: Array(UInt64)}, source_id))
GROUP BY source_id`,
  params: z.object({ source_ids: idList }),
  row: z.object({ source_id: id, incidents: z.number() }),
});

/** Which incidents, whatever their status. */
export interface IncidentFilter {
  readonly severities?: readonly Incident['severity'][] | undefined;
  readonly source?: string | undefined;
  readonly rule_id?: string | undefined;
  /** Only incidents that heard of this load. */
  readonly load_id?: string | undefined;
  /** Words that the finding or the name of source, rule or segment must contain. */
  readonly text?: string | undefined;
}

export interface IncidentPage extends IncidentFilter {
  readonly statuses?: readonly IncidentStatus[] | undefined;
  readonly acknowledged_by?: string | undefined;
  /** The last id of the page above. */
  readonly before?: string | undefined;
  readonly oldest_first?: boolean | undefined;
  readonly limit: number;
}

/** The present row of an incident; undefined for one of another tenant. */
export async function incidentById(db: Querier, incident_id: string): Promise<Incident | undefined> {
  return db.first(byIds, { incident_ids: [incident_id] });
}

/** Those of the ids that are there, oldest first. */
export function incidentsById(db: Querier, incident_ids: readonly string[]): Promise<Incident[]> {
  return db.rows(byIds, { incident_ids: [...incident_ids] });
}

/** Newest first, or oldest first. */
export function listIncidents(db: Querier, page: IncidentPage): Promise<Incident[]> {
  return db.rows(listed, {
    ...filterOf(page),
    statuses: [...(page.statuses ?? [])],
    acknowledged_by: page.acknowledged_by ?? '',
    before: page.before ?? '0',
    oldest_first: page.oldest_first ?? false,
    limit: page.limit,
  });
}

function filterOf(filter: IncidentFilter): z.input<typeof filterParams> {
  return {
    severities: [...(filter.severities ?? [])],
    source: filter.source ?? '',
    rule_id: filter.rule_id ?? '',
    text: filter.text ?? '',
    load_id: filter.load_id ?? '0',
  };
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

/** How many incidents there are of each status; `of_actor` are those that this person acknowledged. */
export function countIncidents(
  db: Querier,
  filter: IncidentFilter & { readonly actor: string },
): Promise<z.infer<typeof counts.row>[]> {
  return db.rows(counts, { ...filterOf(filter), actor: filter.actor });
}

/** How many incidents of each source are not resolved, of all sources or of some; those without any are left out. */
export function countOpenIncidents(
  db: Querier,
  source_ids: readonly string[] = [],
): Promise<z.infer<typeof openBySource.row>[]> {
  return db.rows(openBySource, { source_ids: [...source_ids] });
}

/** Writes what an incident's workflow knows; the row with the highest version is the present. */
export function writeIncident(db: Querier, row: Incident): Promise<void> {
  return db.insert('incidents', [row]);
}
