import type { Notice } from '@assay/workflows';

/** A notice as an incident would queue it. */
export const noticeExample: Notice = {
  notice_id: 'notice_77_1',
  tenant: 'default',
  incident_id: '77',
  episode: 1,
  target: 'ops',
  reason: 'triggered',
  level: 1,
  round: 1,
  policy: 'default',
  queued_at: '2026-03-02T09:00:00.000Z',
  incident: {
    status: 'triggered',
    severity: 'high',
    source: 'orders',
    rule_id: 'amount-present',
    kind: 'not_null',
    segment: '',
    finding: '7% of amount are null.',
    file: 'orders-1.jsonl',
    load_id: '1',
    rows_failed: '70',
    occurrences: 1,
    regressed: false,
    triggered_at: '2026-03-02T09:00:00.000Z',
    resolved_by: '',
  },
};
