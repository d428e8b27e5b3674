import { newId } from '../id.ts';
import type { Incident } from '../tables/incident.ts';

const at = '2026-11-20T08:00:00.000Z';

/** The row of an incident that one load just triggered. */
export function someIncident(change: Partial<Incident> = {}): Incident {
  return {
    incident_id: newId(Date.now()),
    version: 1,
    key: '{}',
    source_id: '7',
    source: 'orders',
    rule_id: 'amount-present',
    kind: 'not_null',
    segment: '',
    status: 'triggered',
    severity: 'high',
    finding: '7 of 10 rows have no amount.',
    reason: '',
    comment: '',
    resolved_by: '',
    acknowledged_by: '',
    regressed: false,
    silent: false,
    settled: false,
    occurrences: '1',
    level: 1,
    round: 1,
    next_escalation_at: null,
    acknowledged_until: null,
    reopen_until: null,
    policy: '{}',
    first_load_id: '1',
    last_load_id: '1',
    last_anomaly_id: '1',
    triggered_at: at,
    acknowledged_at: null,
    resolved_at: null,
    changed_at: at,
    workflow_id: '',
    run_id: '',
    ...change,
  };
}
