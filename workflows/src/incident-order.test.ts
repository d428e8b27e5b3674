import { defaultPolicies, policyFor } from '@assay/rules';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoadJudged } from './incident-messages.ts';
import { nextDue, type IncidentState } from './incident-state.ts';
import { IncidentRefusedError } from './incident-step.ts';
import { beginIncident, reduceIncident, type IncidentEvent } from './incident.ts';

const start = Date.UTC(2026, 2, 2, 9);
const policy = policyFor(defaultPolicies(), { source: 'orders', labels: {} });
const key = { tenant: 'default', source_id: '5', source: 'orders', rule_id: 'r', segment: '' };

function judged(load_id: number, verdict: LoadJudged['verdict'], more: Partial<LoadJudged> = {}): LoadJudged {
  return {
    load_id: String(load_id),
    check_id: '1',
    verdict,
    severity: 'high',
    kind: 'not_null',
    anomaly_id: '0',
    finding: 'It is so.',
    file: 'f.jsonl',
    rows_failed: '1',
    received_at: new Date(start + 86_400_000).toISOString(),
    silent: false,
    ...more,
  };
}

function opened(first: LoadJudged): IncidentState {
  const begun = beginIncident({ kind: 'open', incident_id: '77', key, policy }, first, start);
  if (begun === null) throw new Error('it did not open');
  return begun.state;
}

test('whatever the order in which verdicts come in, the newest load decides', () => {
  const load = fc.record({ load_id: fc.integer({ min: 1, max: 40 }), passes: fc.boolean() });
  const loads = fc.uniqueArray(load, { selector: ({ load_id }) => load_id, minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(loads, fc.integer({ min: 41, max: 50 }), fc.boolean(), (others, opener, isOpenerNewest) => {
      const first = judged(isOpenerNewest ? opener : 0, 'fail');
      const last = others.reduce(
        (state, { load_id, passes }) =>
          reduceIncident(state, { type: 'judged', judged: judged(load_id, passes ? 'pass' : 'fail') }, start).state,
        opened(first),
      );
      const newest = others.reduce((a, b) => (a.load_id > b.load_id ? a : b));
      expect(last.status).toBe(!isOpenerNewest && newest.passes ? 'resolved' : 'triggered');
      expect(last.occurrences).toBe(1 + others.filter(({ passes }) => !passes).length);
    }),
  );
});

test('whatever happens, an incident stays consistent and its timeline has no gaps', () => {
  const act = { incident_id: '77', actor: 'ana', via: 'web' } as const;
  const event: fc.Arbitrary<IncidentEvent> = fc.oneof(
    fc.constantFrom<IncidentEvent>(
      { type: 'acknowledge', act },
      { type: 'unacknowledge', act },
      { type: 'reopen', act },
      { type: 'comment', act: { ...act, comment: 'hm' } },
      { type: 'resolve', act: { ...act, reason: 'no_action', comment: 'so be it' } },
      { type: 'due' },
    ),
    fc
      .tuple(
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom<LoadJudged['verdict'][]>('pass', 'fail', 'warn', 'error'),
        fc.constantFrom<LoadJudged['severity'][]>('critical', 'high', 'low', 'info'),
        fc.boolean(),
      )
      .map(([load_id, verdict, severity, silent]): IncidentEvent => {
        return { type: 'judged', judged: judged(load_id, verdict, { severity, silent }) };
      }),
  );
  const steps = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 7_200_000 })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (happening) => {
      let state = opened(judged(0, 'fail'));
      let now = start;
      const noticeIds = new Set<string>();
      for (const [what, later] of happening) {
        now += later;
        const before = state;
        try {
          const { state: after, entries, notices } = reduceIncident(state, what, now);
          expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, place) => before.version + 1 + place));
          expect(after.version).toBe(before.version + entries.length);
          for (const { notice_id, episode } of notices) {
            expect(noticeIds.has(notice_id)).toBe(false);
            expect(episode).toBeLessThanOrEqual(after.episode);
            noticeIds.add(notice_id);
          }
          state = after;
        } catch (error) {
          if (!(error instanceof IncidentRefusedError)) throw error;
        }
        if (state.escalation !== null) expect([state.status, state.silent]).toEqual(['triggered', false]);
        if (state.status === 'acknowledged') expect(state.acknowledged_at).not.toBeNull();
        expect(state.resolved_at !== null).toBe(state.status === 'resolved');
        expect(state.reopen_until !== null).toBe(state.status === 'resolved' && !state.settled);
        if (what.type === 'due') expect(nextDue(state) ?? Infinity).toBeGreaterThan(now);
      }
    }),
  );
});
