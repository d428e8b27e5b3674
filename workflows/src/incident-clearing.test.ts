import { defaultPolicies, policyFor } from '@assay/rules';
import { expect, test } from 'vitest';
import type { ClearedFor, LoadJudged } from './incident-messages.ts';
import { damageRule } from './incident-messages.ts';
import { beginIncident, reduceIncident, type IncidentEvent, type Reduced } from './incident.ts';

const start = Date.UTC(2026, 2, 2, 9);
const policy = policyFor(defaultPolicies(), { source: 'orders', labels: {} });
const key = { tenant: 'default', source_id: '5', source: 'orders', rule_id: damageRule, segment: '7' };

/** Rows are found missing by the decision of this number. */
function found(decision_no: number, finding = '2 of 9 rows are missing.'): Extract<IncidentEvent, { type: 'judged' }> {
  const judged: LoadJudged = {
    load_id: '7',
    check_id: String(decision_no),
    verdict: 'fail',
    severity: 'high',
    kind: 'damage',
    anomaly_id: '0',
    finding,
    file: 'a.jsonl',
    rows_failed: '0',
    received_at: new Date(start + decision_no * 60_000).toISOString(),
    silent: false,
  };
  return { type: 'judged', judged };
}

function cleared(decision_no: number, reason: ClearedFor = 'load_reloaded'): IncidentEvent {
  return { type: 'cleared', cleared: { load_id: '7', decision_no, reason, message: 'all its rows are there.' } };
}

/** An incident that decision 1 opened, after these events, a minute apart. */
function after(...events: readonly IncidentEvent[]): Reduced {
  const begun = beginIncident({ kind: 'open', incident_id: '1', key, policy }, found(1).judged, start);
  if (begun === null) throw new Error('it did not open');
  return events.reduce<Reduced>(
    (reduced, event, place) => reduceIncident(reduced.state, event, start + (place + 1) * 60_000),
    begun,
  );
}

test.each<ClearedFor>(['load_reloaded', 'rows_returned', 'load_withdrawn', 'load_expired'])(
  'what is over for %s resolves the incident with that reason, and those who were told hear of it',
  (reason) => {
    const { state, notices, entries } = after(cleared(2, reason));
    expect(state).toMatchObject({ status: 'resolved', resolved_for: reason, resolved_by: 'system', settled: false });
    expect(state.escalation).toBeNull();
    expect(notices.map((notice) => notice.reason)).toEqual(['resolved']);
    expect(entries[0]).toMatchObject({ type: 'incident.resolved', message: 'Resolved: all its rows are there.' });
  },
);

test('the same end twice, or one older than what is known, changes nothing', () => {
  const once = after(cleared(2)).state;
  expect(reduceIncident(once, cleared(2), start + 1).entries).toEqual([]);
  const again = after(cleared(2), found(3));
  expect(again.state).toMatchObject({ status: 'triggered', regressed: true });
  expect(reduceIncident(again.state, cleared(2), start + 1).entries).toEqual([]);
});

test('rows that are found missing again bring it back with what is missing now, also after a person resolved it', () => {
  const back = after(cleared(2), found(3, '5 of 9 rows are missing.'));
  expect(back.state).toMatchObject({ status: 'triggered', regressed: true, finding: '5 of 9 rows are missing.' });
  expect(back.state.occurrences).toBe(1);
  const act = { incident_id: '1', actor: 'ana', via: 'web', reason: 'no_action', comment: '' } as const;
  const person = after({ type: 'resolve', act }, found(9, '6 of 9 rows are missing.'));
  expect(person.state).toMatchObject({ status: 'triggered', finding: '6 of 9 rows are missing.' });
});

test('the end of what a person has resolved already is an entry in its timeline', () => {
  const act = { incident_id: '1', actor: 'ana', via: 'web', reason: 'no_action', comment: '' } as const;
  const { state, entries, notices } = after({ type: 'resolve', act }, cleared(2));
  expect(state).toMatchObject({ status: 'resolved', resolved_for: 'no_action', resolved_by: 'ana' });
  expect(entries).toMatchObject([{ type: 'incident.updated', message: 'It stays resolved: all its rows are there.' }]);
  expect(notices).toEqual([]);
});

test('an end is no reason that a person can give', () => {
  const act = { incident_id: '1', actor: 'ana', via: 'web', reason: 'load_reloaded', comment: '' } as const;
  expect(() => after({ type: 'resolve', act })).toThrow('Only what happens to loads resolves for `load_reloaded`');
});
