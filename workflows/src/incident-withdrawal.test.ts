import { defaultPolicies, policyFor } from '@assay/rules';
import { expect, test } from 'vitest';
import type { LoadDecided, LoadJudged } from './incident-messages.ts';
import { beginIncident, reduceIncident, type IncidentEvent, type Reduced } from './incident.ts';

const start = Date.UTC(2026, 2, 2, 9);
const policy = policyFor(defaultPolicies(), { source: 'orders', labels: {} });
const key = { tenant: 'default', source_id: '5', source: 'orders', rule_id: 'amount-present', segment: '' };

function load(number: number, verdict: LoadJudged['verdict'], more: Partial<LoadJudged> = {}): IncidentEvent {
  const judged: LoadJudged = {
    load_id: String(number),
    check_id: String(number * 10),
    verdict,
    severity: 'high',
    kind: 'not_null',
    anomaly_id: String(number * 100),
    finding: `${String(number)}% of amount are null.`,
    file: `orders-${String(number)}.jsonl`,
    rows_failed: String(number),
    received_at: new Date(start).toISOString(),
    silent: false,
    ...more,
  };
  return { type: 'judged', judged };
}

let decisions = 0;

function decided(number: number, withdrawn: boolean, more: Partial<LoadDecided> = {}): IncidentEvent {
  decisions += 1;
  return {
    type: 'decided',
    decided: {
      load_id: String(number),
      file: `orders-${String(number)}.jsonl`,
      decision_no: decisions,
      withdrawn,
      silent: false,
      actor: 'ana',
      reason: withdrawn ? 'sent by mistake' : '',
      ...more,
    },
  };
}

/** An incident that load 1 opened, after these events. */
function after(...events: readonly IncidentEvent[]): Reduced {
  const first = load(1, 'fail');
  if (first.type !== 'judged') throw new Error('it is a verdict');
  const begun = beginIncident({ kind: 'open', incident_id: '77', key, policy }, first.judged, start);
  if (begun === null) throw new Error('it did not open');
  return events.reduce((before, event) => reduceIncident(before.state, event, start + 60_000), begun);
}

function said(step: Reduced): string[] {
  return step.entries.map(({ message }) => message);
}

test('withdrawing the only load that failed resolves the incident and tells those who were told', () => {
  const step = after(decided(1, true));
  expect(step.state).toMatchObject({
    status: 'resolved',
    resolved_by: 'system',
    resolved_for: 'load_withdrawn',
    escalation: null,
    settled: false,
  });
  expect(said(step)[0]).toBe('Resolved: ana withdrew orders-1.jsonl (sent by mistake). No other load fails.');
  expect(step.notices.map(({ reason }) => reason)).toEqual(['resolved']);
});

test('taking that back opens it again, from level 1', () => {
  const step = after(decided(1, true), decided(1, false));
  expect(step.state).toMatchObject({ status: 'triggered', resolved_for: null, resolved_at: null, reopen_until: null });
  expect(said(step)[0]).toBe('ana brought orders-1.jsonl back. It fails as before: 1% of amount are null.');
  expect(step.entries[0]?.type).toBe('incident.reopened');
  expect(step.notices.map(({ reason, level }) => ({ reason, level }))).toEqual([{ reason: 'triggered', level: 1 }]);
});

test('while another load fails, it stays open and speaks of that one', () => {
  const step = after(load(2, 'fail'), decided(2, true));
  expect(step.state).toMatchObject({
    status: 'triggered',
    finding: '1% of amount are null.',
    file: 'orders-1.jsonl',
    last_load_id: '1',
    last_anomaly_id: '100',
    newest_failure: { load_id: '1' },
  });
  expect(said(step)).toEqual([
    'ana withdrew orders-2.jsonl (sent by mistake). It stays open: orders-1.jsonl still fails.',
  ]);
  expect(step.notices).toEqual([]);
  const last = after(load(2, 'fail'), decided(2, true), decided(1, true));
  expect(last.state).toMatchObject({ status: 'resolved', resolved_for: 'load_withdrawn' });
});

test('a failure before a clean load keeps nothing open', () => {
  const step = after(load(2, 'pass'), load(3, 'fail'), decided(3, true));
  expect(step.state).toMatchObject({ status: 'resolved', resolved_for: 'load_withdrawn' });
});

test('a clean load that is withdrawn changes nothing but says so', () => {
  const step = after(load(2, 'pass'), decided(2, true));
  expect(step.state).toMatchObject({ status: 'resolved', resolved_for: 'clean_load' });
  expect(said(step)).toEqual([
    'ana withdrew orders-2.jsonl (sent by mistake). It was clean. It stays resolved until a load fails.',
  ]);
});

test('what came back stays resolved when a newer load is clean or a person resolved it', () => {
  const clean = after(decided(1, true), load(2, 'pass'), decided(1, false));
  expect(clean.state.status).toBe('resolved');
  expect(said(clean)).toEqual(['ana brought orders-1.jsonl back. It stays resolved: a newer load is clean.']);
  const act = { incident_id: '77', actor: 'bo', via: 'web', reason: 'false_positive', comment: 'no' } as const;
  const person = after({ type: 'resolve', act }, decided(1, true), decided(1, false));
  expect(person.state).toMatchObject({ status: 'resolved', resolved_for: 'false_positive' });
});

test('a load that fails after all of this brings the incident back', () => {
  expect(after(decided(1, true), load(2, 'fail')).state).toMatchObject({ status: 'triggered', regressed: true });
  // Later by arrival of its verdict, earlier by receipt: nothing newer stands any more.
  const late = after(load(3, 'fail'), decided(1, true), decided(3, true), load(2, 'fail'));
  expect(late.state).toMatchObject({ status: 'triggered', file: 'orders-2.jsonl' });
});

test('a decision is heard once, and an older one never undoes a newer', () => {
  const withdrawn = decided(1, true);
  const back = decided(1, false);
  expect(after(withdrawn, withdrawn).entries).toEqual([]);
  expect(after(back, withdrawn).state.status).toBe('triggered');
  expect(after(withdrawn, back, withdrawn).state.status).toBe('triggered');
});

test('a verdict about a load that was withdrawn meanwhile does not count', () => {
  const step = after(decided(2, true), load(2, 'fail', { severity: 'critical' }));
  expect(step.state).toMatchObject({ severity: 'high', occurrences: 1, newest_failure: { load_id: '1' } });
  expect(said(step)).toEqual(['orders-2.jsonl was withdrawn before its verdict came in: it does not count.']);
  expect(after(decided(1, true), decided(2, true), load(2, 'fail')).state.status).toBe('resolved');
  const back = after(decided(1, true), decided(2, true), load(2, 'fail'), decided(2, false));
  expect(back.state).toMatchObject({ status: 'triggered', file: 'orders-2.jsonl' });
});

test('an incident for which a storm speaks comes back silently', () => {
  const step = after(decided(1, true), decided(1, false, { silent: true }));
  expect(step.state).toMatchObject({ status: 'triggered', silent: true });
  expect(step.notices).toEqual([]);
});
