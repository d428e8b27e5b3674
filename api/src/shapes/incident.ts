import { deliveryState, id, incidentStatus, severity, timestamp, via } from '@assay/clickhouse';
import { z } from 'zod';
import { workflowLink } from './load.ts';

export const resolveReason = z.enum([
  'fixed_at_source',
  'fixed_pipeline',
  'expected_change',
  'false_positive',
  'no_action',
  'duplicate',
]);

export const incidentTransition = z.enum(['acknowledge', 'unacknowledge', 'resolve', 'reopen', 'comment']);

export const incidentSummary = z.object({
  incident_id: id,
  version: z.number(),
  source_id: id,
  source: z.string(),
  rule_id: z.string(),
  kind: z.string(),
  segment: z.string(),
  status: incidentStatus,
  severity,
  finding: z.string(),
  /** Why it is resolved; empty while open. */
  reason: z.string(),
  comment: z.string(),
  resolved_by: z.string(),
  acknowledged_by: z.string(),
  regressed: z.boolean(),
  occurrences: z.string(),
  level: z.number(),
  next_escalation_at: timestamp.nullable(),
  first_load_id: id,
  last_load_id: id,
  last_anomaly_id: id,
  triggered_at: timestamp,
  acknowledged_at: timestamp.nullable(),
  resolved_at: timestamp.nullable(),
  /** Until when a resolution can be undone. */
  reopen_until: timestamp.nullable(),
  changed_at: timestamp,
  url: z.string(),
  available_transitions: z.array(incidentTransition),
});
export type IncidentSummary = z.infer<typeof incidentSummary>;

/** A page of incidents with counts that hold over all pages. */
export const incidentPage = z.object({
  items: z.array(incidentSummary),
  next_before: id.nullable(),
  /** As many as fit all filters. */
  total: z.number(),
  /** As many as fit the filters but status and `mine`; `mine` are those of them that the caller has acknowledged and are open. */
  counts: z.object({ triggered: z.number(), acknowledged: z.number(), resolved: z.number(), mine: z.number() }),
  /** Open ones, whatever the filters. */
  open: z.number(),
});
export type IncidentPage = z.infer<typeof incidentPage>;

export const timelineEntry = z.object({
  seq: z.number(),
  at: timestamp,
  type: z.string(),
  actor: z.string(),
  via,
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const delivery = z.object({
  notice_id: z.string(),
  channel: z.string(),
  target: z.string(),
  level: z.number(),
  reason: z.string(),
  state: deliveryState,
  attempts: z.number(),
  status_code: z.number(),
  error: z.string(),
  queued_at: timestamp,
  finished_at: timestamp.nullable(),
  duration_ms: z.string(),
});
export type Delivery = z.infer<typeof delivery>;

/** A load by its file. */
const namedLoad = z.object({ load_id: id, file: z.string() });

export const incidentDetail = z.object({
  incident: incidentSummary,
  /** Where it began and where it was seen last; null when the load is gone. */
  first_load: namedLoad.nullable(),
  last_load: namedLoad.nullable(),
  /** The escalation policy pinned when it was triggered. */
  policy: z.record(z.string(), z.unknown()),
  timeline: z.array(timelineEntry),
  deliveries: z.array(delivery),
  workflow: workflowLink,
});
export type IncidentDetail = z.infer<typeof incidentDetail>;

/** What a person sees after acting. */
export const incidentView = z.object({
  incident_id: id,
  status: incidentStatus,
  version: z.number(),
  severity,
  next_escalation_at: timestamp.nullable(),
  available_transitions: z.array(incidentTransition),
});
