import { defaultPolicies, policyFor } from '@assay/rules';
import { expect, test } from 'vitest';
import { absencesMax } from './incident-judgement.ts';
import type { LoadJudged } from './incident-messages.ts';
import { beginIncident, reduceIncident, type Reduced } from './incident.ts';

const start = Date.UTC(2026, 2, 2, 9);
const policy = policyFor(defaultPolicies(), { source: 'orders', labels: {} });
const key = { tenant: 'default', source_id: '5', source: 'orders', rule_id: 'amount-present', segment: 'country=DE' };

function load(number: number, verdict: LoadJudged['verdict']): LoadJudged {
  return {
    load_id: String(number),
    check_id: String(number * 10),
    verdict,
    severity: 'high',
    kind: 'not_null',
    anomaly_id: '0',
    finding: '7% of amount are null.',
    file: `orders-${String(number)}.jsonl`,
    rows_failed: '7',
    received_at: new Date(start + 60_000).toISOString(),
    silent: false,
  };
}

/** An incident that load 5 opened, after these loads. */
function after(...loads: readonly (readonly [number, LoadJudged['verdict']])[]): Reduced {
  const begun = beginIncident({ kind: 'open', incident_id: '77', key, policy }, load(5, 'fail'), start);
  if (begun === null) throw new Error('it did not open');
  return loads.reduce(
    (before, [number, verdict]) =>
      reduceIncident(before.state, { type: 'judged', judged: load(number, verdict) }, start + 60_000),
    begun,
  );
}

test('a segment that does not occur neither fails nor resolves, until it has stayed away for some loads', () => {
  expect(absencesMax).toBe(3);
  const once = after([6, 'absent']);
  expect(once.state.status).toBe('triggered');
  expect(once.entries.map(({ message }) => message)).toEqual([
    'orders-6.jsonl has no row of country=DE, which neither fails nor resolves (1 of 3 loads).',
  ]);
  const gone = after([6, 'absent'], [7, 'absent'], [8, 'absent']);
  expect(gone.state).toMatchObject({ status: 'resolved', resolved_by: 'system', resolved_for: 'segment_gone' });
  expect(gone.entries[0]?.message).toBe(
    'Resolved: country=DE is gone, the last 3 loads up to orders-8.jsonl have no row of it.',
  );
});

test.each(['fail', 'warn', 'error'] as const)(
  'loads without it are counted anew once it occurs and says %s',
  (said) => {
    const step = after([6, 'absent'], [7, 'absent'], [8, said], [9, 'absent'], [10, 'absent']);
    expect(step.state.status).toBe('triggered');
  },
);

test('loads that are older than the failure, or heard of twice, do not count', () => {
  const step = after([2, 'absent'], [3, 'absent'], [4, 'absent'], [6, 'absent'], [6, 'absent'], [6, 'absent']);
  expect(step.state).toMatchObject({ status: 'triggered', absent: 1 });
});

test('a segment that comes back and fails brings its incident back', () => {
  const step = after([6, 'absent'], [7, 'absent'], [8, 'absent'], [9, 'fail']);
  expect(step.state).toMatchObject({ status: 'triggered', regressed: true });
});
