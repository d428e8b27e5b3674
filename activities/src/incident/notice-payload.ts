import { id, incidentStatus, severity, timestamp } from '@assay/clickhouse';
import type { Notice } from '@assay/workflows';
import { z } from 'zod';

const reason = z.enum([
  'triggered',
  'escalated',
  'repeat',
  'severity_raised',
  'regressed',
  'acknowledgement_expired',
  'unacknowledged',
  'resolved',
  'exhausted',
]);

/** The event each reason is published as. */
const types = {
  triggered: 'incident.triggered',
  escalated: 'incident.escalated',
  repeat: 'incident.escalated',
  severity_raised: 'incident.severity_changed',
  regressed: 'incident.regressed',
  acknowledgement_expired: 'incident.ack_timed_out',
  unacknowledged: 'incident.unacknowledged',
  resolved: 'incident.resolved',
  exhausted: 'incident.escalation_exhausted',
} as const satisfies Record<z.infer<typeof reason>, string>;

/** What a receiver gets. Fields are only ever added; it names the evidence by link and carries no values of rows. */
export const noticePayload = z.object({
  type: z.enum([...new Set(Object.values(types))]),
  /** When the notice was decided; attempts do not change it. */
  timestamp,
  schema_version: z.literal(1),
  data: z.object({
    incident: z.object({
      incident_id: id,
      url: z.url(),
      status: incidentStatus,
      severity,
      regressed: z.boolean(),
      source: z.string(),
      rule_id: z.string(),
      kind: z.string(),
      segment: z.string(),
      finding: z.string(),
      /** Loads that failed. */
      occurrences: z.number(),
      triggered_at: timestamp,
      /** Empty while open. */
      resolved_by: z.string(),
    }),
    /** The newest load that failed. */
    load: z.object({ load_id: id, url: z.url(), file: z.string(), rows_failed: z.string() }),
    notification: z.object({
      reason,
      /** From 1; 0 outside of escalation. */
      level: z.number(),
      round: z.number(),
      policy: z.string(),
    }),
  }),
});
export type NoticePayload = z.infer<typeof noticePayload>;

/** @param dashboard_url without a slash at its end */
export function payloadOf(notice: Notice, dashboard_url: string): NoticePayload {
  const { incident, reason, level, round, policy } = notice;
  return {
    type: types[reason],
    timestamp: notice.queued_at,
    schema_version: 1,
    data: {
      incident: {
        incident_id: notice.incident_id,
        url: `${dashboard_url}/incidents/${notice.incident_id}`,
        status: incident.status,
        severity: incident.severity,
        regressed: incident.regressed,
        source: incident.source,
        rule_id: incident.rule_id,
        kind: incident.kind,
        segment: cut(incident.segment, 300),
        finding: cut(incident.finding, 1_000),
        occurrences: incident.occurrences,
        triggered_at: incident.triggered_at,
        resolved_by: cut(incident.resolved_by, 200),
      },
      load: {
        load_id: incident.load_id,
        url: `${dashboard_url}/loads/${incident.load_id}`,
        file: cut(incident.file, 300),
        rows_failed: incident.rows_failed,
      },
      notification: { reason, level, round, policy },
    },
  };
}

/** One line for people. */
export function titleOf({ incident, reason, level }: Notice): string {
  const about = `${incident.source} · ${incident.rule_id}${incident.segment === '' ? '' : ` · ${cut(incident.segment, 100)}`}`;
  const because =
    reason === 'escalated' || reason === 'repeat' ? `${reason}, level ${String(level)}` : reason.replaceAll('_', ' ');
  return `[${incident.severity}] ${about} (${because}): ${cut(incident.finding, 500)}`;
}

/** A notice stays below 20 kB whatever names and findings say. */
function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
}
