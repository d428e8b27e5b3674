import {
  emitEvents,
  timestampOf,
  writeDeliveries,
  writeDisabledTarget,
  writeIncident,
  writeIncidentEvents,
  type Incident,
} from '@assay/clickhouse';
import type { ProjectIncidentInput } from '@assay/workflows';
import { deliveryRow } from './delivery-row.ts';
import type { IncidentDeps } from './incident-deps.ts';

/** Writes what people see of an incident. The incident's own row comes last: whoever sees it finds the timeline that led to it. */
export async function projectIncident(deps: IncidentDeps, input: ProjectIncidentInput): Promise<void> {
  const { state, entries, deliveries } = input;
  const { incident_id } = state;
  const db = deps.connection.querier(state.key.tenant);
  deps.reached('incident.project:before');
  for (const { notice, outcome, finished_at } of deliveries) {
    const disable = outcome?.disable;
    if (!disable || finished_at === null) continue;
    const { target, fingerprint } = disable;
    await writeDisabledTarget(db, {
      target,
      fingerprint,
      disabled_at: finished_at,
      incident_id,
      notice_id: notice.notice_id,
      reason: outcome.error,
    });
  }
  await writeDeliveries(db, deliveries.map(deliveryRow));
  await writeIncidentEvents(
    db,
    entries.map((entry) => ({ ...entry, incident_id, data: JSON.stringify(entry.data) })),
  );
  await writeIncident(db, incidentRow(input));
  deps.reached('incident.project:after');
  const { source, rule_id } = state.key;
  await emitEvents(
    db,
    entries.map(({ type, seq, message }) => ({
      type,
      ids: { source, rule_id, incident_id, load_id: state.last_load_id },
      data: { seq, message, status: state.status, severity: state.severity },
      now: deps.now(),
    })),
  );
}

function incidentRow({ state, workflow_id, run_id }: ProjectIncidentInput): Incident {
  const { key, escalation } = state;
  return {
    incident_id: state.incident_id,
    version: state.version,
    key: JSON.stringify({ source: key.source, rule_id: key.rule_id, segment: key.segment }),
    source_id: key.source_id,
    source: key.source,
    rule_id: key.rule_id,
    kind: state.kind,
    segment: key.segment,
    status: state.status,
    severity: state.severity,
    finding: state.finding,
    reason: state.resolved_for ?? '',
    comment: state.comment,
    resolved_by: state.resolved_by,
    acknowledged_by: state.acknowledged_by,
    regressed: state.regressed,
    silent: state.silent,
    settled: state.settled,
    occurrences: String(state.occurrences),
    level: state.level,
    round: escalation === null ? 0 : escalation.round + 1,
    next_escalation_at: momentOf(escalation?.due_at ?? null),
    acknowledged_until: momentOf(state.acknowledged_until),
    reopen_until: momentOf(state.reopen_until),
    policy: JSON.stringify(state.policy),
    first_load_id: state.first_load_id,
    last_load_id: state.last_load_id,
    last_anomaly_id: state.last_anomaly_id,
    triggered_at: timestampOf(state.triggered_at),
    acknowledged_at: momentOf(state.acknowledged_at),
    resolved_at: momentOf(state.resolved_at),
    changed_at: timestampOf(state.changed_at),
    workflow_id,
    run_id,
  };
}

function momentOf(ms: number | null): string | null {
  return ms === null ? null : timestampOf(ms);
}
