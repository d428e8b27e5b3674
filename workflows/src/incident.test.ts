import { defaultPolicies, parsePolicies, policyFor, type PinnedPolicy } from '@assay/rules';
import { describe, expect, test } from 'vitest';
import { seenMax } from './incident-judgement.ts';
import type { LoadJudged, OpenIncident } from './incident-messages.ts';
import type { DeliveryOutcome, Notice } from './incident-notice.ts';
import { availableTransitions, nextDue, viewOf, type IncidentState } from './incident-state.ts';
import { IncidentRefusedError } from './incident-step.ts';
import { beginIncident, reduceIncident, type IncidentEvent, type Reduced } from './incident.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 2, 2, 9);

const example = policyFor(defaultPolicies(), { source: 'orders', labels: { example: 'true' } });
const standard = policyFor(defaultPolicies(), { source: 'orders', labels: {} });

const open: OpenIncident = {
  kind: 'open',
  incident_id: '77',
  key: { tenant: 'default', source_id: '5', source: 'orders', rule_id: 'amount-present', segment: '' },
  policy: example,
};

function load(number: number, verdict: LoadJudged['verdict'], more: Partial<LoadJudged> = {}): LoadJudged {
  return {
    load_id: String(number),
    check_id: String(number * 10),
    verdict,
    severity: 'high',
    kind: 'not_null',
    anomaly_id: verdict === 'fail' ? String(number * 100) : '0',
    finding: `7% of amount are null in load ${String(number)}.`,
    file: `orders-${String(number)}.jsonl`,
    rows_failed: '70',
    received_at: new Date(start + 30 * day).toISOString(),
    silent: false,
    ...more,
  };
}

/** A life of an incident, told step by step. */
class Life {
  state: IncidentState;
  last: Reduced;
  now = start;

  constructor(first: Partial<LoadJudged> = {}, policy: PinnedPolicy = example) {
    const begun = beginIncident({ ...open, policy }, load(1, 'fail', first), start);
    if (begun === null) throw new Error('it did not open');
    this.last = begun;
    this.state = begun.state;
  }

  does(event: IncidentEvent, after = 0): this {
    this.now += after;
    this.last = reduceIncident(this.state, event, this.now);
    this.state = this.last.state;
    return this;
  }

  hears(judged: LoadJudged, after = 0): this {
    return this.does({ type: 'judged', judged }, after);
  }

  acts(type: 'acknowledge' | 'unacknowledge' | 'reopen', after = 0): this {
    return this.does({ type, act: by }, after);
  }

  resolves(reason: 'fixed_at_source' | 'rule_deleted' = 'fixed_at_source', after = 0): this {
    return this.does({ type: 'resolve', act: { ...by, reason, comment: 'mended' } }, after);
  }

  /** Waits for the next due time and lets it happen. */
  waits(): this {
    const due = nextDue(this.state);
    if (due === null) throw new Error('nothing is due');
    this.now = due;
    return this.does({ type: 'due' });
  }

  told(): string[] {
    return this.last.notices.map(
      ({ target, reason, level, round }) => `${target} ${reason} ${String(level)}.${String(round)}`,
    );
  }

  notice(place: number): Notice {
    const notice = this.last.notices[place];
    if (notice === undefined) throw new Error('nobody was told');
    return notice;
  }

  types(): string[] {
    return this.last.entries.map(({ type }) => type);
  }
}

const by = { incident_id: '77', actor: 'ana', via: 'web' } as const;

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof IncidentRefusedError) return error.code;
    throw error;
  }
  return 'none';
}

describe('a first verdict', () => {
  test.each(['pass', 'warn', 'error'] as const)('%s opens nothing', (verdict) => {
    expect(beginIncident(open, load(1, verdict), start)).toBeNull();
  });

  test('a failure triggers and tells level 1 at once', () => {
    const life = new Life();
    expect(life.state).toMatchObject({ status: 'triggered', occurrences: 1, severity: 'high', level: 1, version: 2 });
    expect(life.types()).toEqual(['incident.triggered', 'notice.queued']);
    expect(life.told()).toEqual(['log triggered 1.1']);
    expect(viewOf(life.state)).toEqual({
      incident_id: '77',
      status: 'triggered',
      version: 2,
      severity: 'high',
      next_escalation_at: new Date(start + minute).toISOString(),
      available_transitions: ['acknowledge', 'resolve', 'comment'],
    });
  });
});

describe('escalation', () => {
  test('tells the levels at 0, 1 and 3 minutes and ends with a notice that it is exhausted', () => {
    const life = new Life();
    expect(life.waits().told()).toEqual(['log escalated 2.1']);
    expect(life.now - start).toBe(minute);
    expect(life.waits().told()).toEqual(['log escalated 3.1']);
    expect(life.now - start).toBe(3 * minute);
    expect(life.waits().told()).toEqual(['log exhausted 3.1']);
    expect(life.types()).toEqual(['incident.escalation_exhausted']);
    expect(life.last.entries[0]?.message).toBe(
      'Nobody acknowledged: every level was told once. log hears that nobody else will be told.',
    );
    expect(life.now - start).toBe(13 * minute);
    expect(nextDue(life.state)).toBeNull();
    expect(life.state.status).toBe('triggered');
  });

  test('repeats its rounds as often as the policy says', () => {
    const life = new Life({}, standard);
    const told: string[] = [];
    while (nextDue(life.state) !== null) told.push(...life.waits().told());
    expect(told).toEqual([
      'log escalated 2.1',
      'log escalated 3.1',
      'log repeat 1.2',
      'log repeat 2.2',
      'log repeat 3.2',
      'log exhausted 3.2',
    ]);
  });

  test('tells everything that fell due while nobody could work, in order and once', () => {
    const life = new Life().does({ type: 'due' }, 3 * minute);
    expect(life.told()).toEqual(['log escalated 2.1', 'log escalated 3.1']);
  });

  test('does nothing before its time', () => {
    expect(refusal(() => new Life().does({ type: 'due' }, minute - 1))).toBe('nothing_due');
  });

  test('info has no levels and tells nobody', () => {
    const life = new Life({ severity: 'info' }, standard);
    expect(life.told()).toEqual([]);
    expect(nextDue(life.state)).toBeNull();
  });

  test('ids of notices are stable and never used twice', () => {
    const life = new Life();
    const ids = life.last.notices.map(({ notice_id }) => notice_id);
    ids.push(...life.waits().last.notices.map(({ notice_id }) => notice_id));
    expect(ids).toEqual(['notice_77_1', 'notice_77_2']);
  });
});

describe('people', () => {
  test('acknowledging stops the timer and makes earlier notices unwanted', () => {
    const life = new Life();
    const { episode } = life.state;
    life.acts('acknowledge', 10 * second);
    expect(life.state).toMatchObject({ status: 'acknowledged', acknowledged_by: 'ana', escalation: null });
    expect(life.state.episode).toBeGreaterThan(episode);
    expect(nextDue(life.state)).toBeNull();
    expect(life.last.entries).toMatchObject([{ type: 'incident.acknowledged', actor: 'ana', via: 'web' }]);
  });

  test('an acknowledgement runs out: triggered again, from level 1', () => {
    const life = new Life({}, standard).acts('acknowledge', minute);
    life.waits();
    expect(life.now - start).toBe(minute + 4 * hour);
    expect(life.types()).toEqual(['incident.ack_timed_out', 'notice.queued']);
    expect(life.told()).toEqual(['log acknowledgement_expired 1.1']);
    expect(life.state.status).toBe('triggered');
  });

  test('a comment is a sign of life: the acknowledgement lasts longer', () => {
    const life = new Life({}, standard).acts('acknowledge');
    life.does({ type: 'comment', act: { ...by, comment: 'looking into it' } }, 3 * hour);
    expect(nextDue(life.state)).toBe(start + 7 * hour);
    expect(life.last.entries).toMatchObject([{ type: 'incident.commented', message: 'looking into it' }]);
  });

  test('taking an acknowledgement back escalates from level 1', () => {
    const life = new Life().waits().acts('acknowledge').acts('unacknowledge', minute);
    expect(life.told()).toEqual(['log unacknowledged 1.1']);
    expect(nextDue(life.state)).toBe(life.now + minute);
  });

  test('resolving stops the timer, tells those who were told, and leaves a week for coming back', () => {
    const life = new Life().resolves('fixed_at_source', minute / 2);
    expect(life.state).toMatchObject({
      status: 'resolved',
      resolved_by: 'ana',
      resolved_for: 'fixed_at_source',
      escalation: null,
    });
    expect(life.told()).toEqual(['log resolved 0.0']);
    expect(nextDue(life.state)).toBe(life.now + 7 * day);
    expect(viewOf(life.state).available_transitions).toEqual(['reopen', 'comment']);
  });

  test('reopening gives it to who reopened it and tells nobody', () => {
    const life = new Life().resolves().acts('reopen', hour);
    expect(life.state).toMatchObject({
      status: 'acknowledged',
      acknowledged_by: 'ana',
      resolved_for: null,
      reopen_until: null,
    });
    expect(life.told()).toEqual([]);
  });

  test('a critical incident is resolved with a comment', () => {
    const life = new Life({ severity: 'critical' });
    const silent = { ...by, reason: 'no_action', comment: ' ' } as const;
    expect(refusal(() => life.does({ type: 'resolve', act: silent }))).toBe('comment_required');
    expect(life.resolves().state.status).toBe('resolved');
  });

  test('deleting the rule settles the incident at once', () => {
    const life = new Life().resolves('rule_deleted');
    expect(life.state).toMatchObject({ status: 'resolved', settled: true });
    expect(nextDue(life.state)).toBeNull();
    expect(availableTransitions('resolved', true)).toEqual([]);
  });

  test.each([
    ['acknowledge twice', (life: Life) => life.acts('acknowledge').acts('acknowledge'), 'already_acknowledged'],
    ['acknowledge what is resolved', (life: Life) => life.resolves().acts('acknowledge'), 'already_resolved'],
    ['take back what nobody has', (life: Life) => life.acts('unacknowledge'), 'not_acknowledged'],
    ['take back what is resolved', (life: Life) => life.resolves().acts('unacknowledge'), 'already_resolved'],
    ['resolve twice', (life: Life) => life.resolves().resolves(), 'already_resolved'],
    ['reopen what is triggered', (life: Life) => life.acts('reopen'), 'not_resolved'],
    ['reopen what is acknowledged', (life: Life) => life.acts('acknowledge').acts('reopen'), 'not_resolved'],
    ['reopen what is settled', (life: Life) => life.resolves('rule_deleted').acts('reopen'), 'window_ended'],
    [
      'comment on what is settled',
      (life: Life) => life.resolves('rule_deleted').does({ type: 'comment', act: { ...by, comment: 'x' } }),
      'window_ended',
    ],
    [
      'comment with nothing',
      (life: Life) => life.does({ type: 'comment', act: { ...by, comment: ' ' } }),
      'comment_required',
    ],
    [
      'resolve for a clean load',
      (life: Life) => life.does({ type: 'resolve', act: { ...by, reason: 'clean_load', comment: '' } }),
      'reason_not_for_people',
    ],
    [
      'act on the incident before',
      (life: Life) => life.does({ type: 'acknowledge', act: { ...by, incident_id: '76' } }),
      'other_incident',
    ],
  ])('cannot %s', (_, work, code) => {
    expect(refusal(() => work(new Life()))).toBe(code);
  });
});

describe('later loads', () => {
  test('a clean load resolves, and leaves a day for coming back', () => {
    const life = new Life().hears(load(2, 'pass'), minute);
    expect(life.state).toMatchObject({ status: 'resolved', resolved_by: 'system', resolved_for: 'clean_load' });
    expect(life.types()).toEqual(['incident.resolved', 'notice.queued']);
    expect(nextDue(life.state)).toBe(life.now + day);
  });

  test('a clean load resolves what somebody acknowledged, too', () => {
    expect(new Life().acts('acknowledge').hears(load(2, 'pass')).state.status).toBe('resolved');
  });

  test('another failure counts and does not tell again', () => {
    const life = new Life().hears(load(2, 'fail'), second);
    expect(life.state).toMatchObject({
      occurrences: 2,
      finding: '7% of amount are null in load 2.',
      last_load_id: '2',
    });
    expect(life.types()).toEqual(['incident.updated']);
    expect(life.told()).toEqual([]);
  });

  test.each(['warn', 'error'] as const)('%s neither fails nor resolves', (verdict) => {
    const life = new Life().hears(load(2, verdict), second);
    expect(life.state).toMatchObject({ status: 'triggered', occurrences: 1, newest_failure: { load_id: '1' } });
    expect(life.types()).toEqual(['incident.updated']);
  });

  test('the same signal twice changes nothing', () => {
    const life = new Life().hears(load(2, 'fail'));
    const before = life.state;
    expect(life.hears(load(2, 'fail')).state).toEqual(before);
    expect(life.last).toMatchObject({ entries: [], notices: [] });
  });

  test('a late clean load cannot resolve a newer failure', () => {
    const life = new Life({ load_id: '5', check_id: '50' }).hears(load(4, 'pass'));
    expect(life.state.status).toBe('triggered');
    expect(life.last.entries[0]?.message).toContain('older than the newest failure');
  });

  test('a clean re-check of an older load cannot resolve a newer failure', () => {
    const life = new Life().hears(load(2, 'fail')).hears(load(1, 'pass', { check_id: '99' }));
    expect(life.state.status).toBe('triggered');
  });

  test('a clean re-check of the failed load itself resolves', () => {
    expect(new Life().hears(load(1, 'pass', { check_id: '11' })).state.status).toBe('resolved');
  });

  test('an older check of the same load is not heard', () => {
    const life = new Life().hears(load(1, 'pass', { check_id: '9' }));
    expect(life.last.entries).toEqual([]);
    expect(life.state.status).toBe('triggered');
  });

  test('a failing re-check of a load that failed counts it once', () => {
    expect(new Life().hears(load(1, 'fail', { check_id: '11' })).state.occurrences).toBe(1);
  });

  test('a late failure counts, but what is newest stays what it was', () => {
    const life = new Life({ load_id: '5', check_id: '50' }).hears(load(3, 'fail'));
    expect(life.state).toMatchObject({ occurrences: 2, newest_failure: { load_id: '5' }, last_load_id: '5' });
  });

  test('a failure older than the clean load that resolved does not reopen', () => {
    const life = new Life().hears(load(3, 'pass')).hears(load(2, 'fail'));
    expect(life.state).toMatchObject({ status: 'resolved', occurrences: 2, regressed: false });
    expect(life.told()).toEqual([]);
  });

  test('loads beyond memory count as heard of', () => {
    const life = new Life();
    for (let number = 2; number <= seenMax + 5; number++) life.hears(load(number, 'fail'));
    expect(life.state.seen).toHaveLength(seenMax);
    expect(life.state.seen_up_to).toBe('5');
    expect(life.hears(load(3, 'fail', { check_id: '999999' })).last.entries).toEqual([]);
  });

  test('ids are compared as numbers', () => {
    const life = new Life({ load_id: '9', check_id: '90' }).hears(load(10, 'pass'));
    expect(life.state.status).toBe('resolved');
  });
});

describe('coming back', () => {
  test('a failure within the window reopens the same incident and escalates from level 1', () => {
    const life = new Life().waits().hears(load(2, 'pass')).hears(load(3, 'fail'), hour);
    expect(life.state).toMatchObject({
      incident_id: '77',
      status: 'triggered',
      regressed: true,
      occurrences: 2,
      resolved_at: null,
    });
    expect(life.types()).toEqual(['incident.regressed', 'notice.queued']);
    expect(life.told()).toEqual(['log regressed 1.1']);
    expect(nextDue(life.state)).toBe(life.now + minute);
  });

  test('a file received before a person resolved it does not reopen it', () => {
    const life = new Life().resolves();
    const received_at = new Date(start - second).toISOString();
    expect(life.hears(load(2, 'fail', { received_at })).state).toMatchObject({ status: 'resolved', occurrences: 2 });
    expect(life.hears(load(3, 'fail')).state).toMatchObject({ status: 'triggered', regressed: true });
  });

  test('a file received before a clean load resolved it, but later than that load, does reopen it', () => {
    const received_at = new Date(start - second).toISOString();
    const life = new Life().hears(load(2, 'pass')).hears(load(3, 'fail', { received_at }));
    expect(life.state.status).toBe('triggered');
  });

  test('when the window ends it is settled', () => {
    const life = new Life().hears(load(2, 'pass')).waits();
    expect(life.types()).toEqual(['incident.settled']);
    expect(life.state.settled).toBe(true);
    expect(nextDue(life.state)).toBeNull();
  });

  test('the severity may be lower when it comes back', () => {
    const life = new Life({ severity: 'critical' }).hears(load(2, 'pass')).hears(load(3, 'fail', { severity: 'low' }));
    expect(life.state.severity).toBe('low');
  });
});

describe('severity', () => {
  test('rises with a worse failure and is told from level 1', () => {
    const life = new Life().waits().hears(load(2, 'fail', { severity: 'critical' }));
    expect(life.types()).toEqual(['incident.updated', 'incident.severity_changed', 'notice.queued']);
    expect(life.told()).toEqual(['log severity_raised 1.1']);
  });

  test('is told even when somebody acknowledged the lesser one, who keeps it', () => {
    const life = new Life({}, standard).acts('acknowledge').hears(load(2, 'fail', { severity: 'critical' }), hour);
    expect(life.state).toMatchObject({
      status: 'acknowledged',
      severity: 'critical',
      acknowledged_until: life.now + hour,
    });
    expect(life.told()).toEqual(['log severity_raised 1.1']);
  });

  test('never falls by itself while open', () => {
    expect(new Life().hears(load(2, 'fail', { severity: 'low' })).state.severity).toBe('high');
  });

  test('does not rise by a late failure', () => {
    const life = new Life({ load_id: '5', check_id: '50' }).hears(load(3, 'fail', { severity: 'critical' }));
    expect(life.state.severity).toBe('high');
  });
});

describe('a storm', () => {
  test('opens the others silently, without a timer', () => {
    const life = new Life({ silent: true });
    expect(life.types()).toEqual(['incident.triggered', 'incident.suppressed']);
    expect(life.told()).toEqual([]);
    expect(nextDue(life.state)).toBeNull();
  });

  test('what still fails when it is over speaks for itself', () => {
    const life = new Life({ silent: true }).hears(load(2, 'fail', { silent: true })).hears(load(3, 'fail'), hour);
    expect(life.types()).toEqual(['incident.updated', 'incident.released', 'notice.queued']);
    expect(life.told()).toEqual(['log triggered 1.1']);
  });

  test('does not silence an incident that speaks already', () => {
    const life = new Life().hears(load(2, 'fail', { silent: true }));
    expect(life.state.silent).toBe(false);
    expect(nextDue(life.state)).not.toBeNull();
  });

  test('a silent incident can be acknowledged and resolved like any other', () => {
    const life = new Life({ silent: true }).acts('acknowledge').acts('unacknowledge');
    expect(nextDue(life.state)).toBeNull();
    expect(life.resolves().told()).toEqual([]);
  });
});

describe('deliveries', () => {
  const delivered: DeliveryOutcome = {
    state: 'delivered',
    channel: 'webhook',
    attempts: 1,
    status_code: 200,
    error: '',
    duration_ms: 5,
    disable: null,
  };
  const failed: DeliveryOutcome = { ...delivered, state: 'failed', status_code: 410, error: 'it said 410.' };
  const two = `
targets: { a: { channel: log }, b: { channel: log } }
policies:
  default:
    any: { levels: [{ after: 0s, targets: [a, b] }, { after: 1h, targets: [log] }] }`;
  const policy = policyFor(parsePolicies(two, { file: 'p.yaml' }), { source: 'x', labels: {} });

  test.each(['delivered', 'failed', 'suppressed'] as const)('%s is an entry of the timeline', (state) => {
    const life = new Life();
    const notice = life.notice(0);
    life.does({ type: 'delivery', notice, outcome: { ...delivered, state } });
    expect(life.types()[0]).toBe(`delivery.${state}`);
  });

  test('a receiver that asks not to be told again is disabled in sight', () => {
    const life = new Life();
    const notice = life.notice(0);
    const outcome = { ...failed, disable: { target: 'log', fingerprint: 'f' } };
    expect(life.does({ type: 'delivery', notice, outcome }).types()).toEqual([
      'delivery.failed',
      'delivery.endpoint_disabled',
      'incident.escalated',
    ]);
  });

  test('a level nobody of which can be reached does not wait for the next', () => {
    const life = new Life({}, policy);
    const [a, b] = [life.notice(0), life.notice(1)];
    life.does({ type: 'delivery', notice: a, outcome: failed });
    expect(life.told()).toEqual([]);
    life.does({ type: 'delivery', notice: b, outcome: failed });
    expect(life.told()).toEqual(['log escalated 2.1']);
  });

  test('one reached target is enough to wait', () => {
    const life = new Life({}, policy);
    const [a, b] = [life.notice(0), life.notice(1)];
    life
      .does({ type: 'delivery', notice: a, outcome: delivered })
      .does({ type: 'delivery', notice: b, outcome: failed });
    expect(life.told()).toEqual([]);
  });

  test('an acknowledged incident does not escalate because of a failed delivery', () => {
    const life = new Life({}, policy);
    const [a, b] = [life.notice(0), life.notice(1)];
    life.acts('acknowledge');
    life.does({ type: 'delivery', notice: a, outcome: failed }).does({ type: 'delivery', notice: b, outcome: failed });
    expect(life.told()).toEqual([]);
  });
});
