import { randomBytes, randomUUID } from 'node:crypto';
import {
  deliveriesOfIncident,
  eventsOfIncident,
  eventsSince,
  incidentById,
  listDisabledTargets,
  listIncidents,
  newId,
  timestampOf,
  type Delivery,
  type Incident,
} from '@assay/clickhouse';
import { incidentMessages, stormRule, type IncidentView } from '@assay/workflows';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startReceiver, type Receiver } from '../channels/testing.ts';
import { noticePayload } from './notice-payload.ts';
import { recordHistory } from './testing/record-history.ts';
import { judgement, openIncidentHouse, type IncidentHouse } from './testing/incident-house.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
let house: IncidentHouse;
let receiver: Receiver;
let source: string;
let hook: string;

beforeAll(async () => {
  house = await openIncidentHouse();
  house.env['HOOK_SECRET'] = secret;
  await house.startWorker();
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});
beforeEach(async (context) => {
  source = `s-${randomUUID()}`;
  house.reached = () => {};
  house.beforeDelivery = async () => {};
  receiver = await startReceiver();
  context.onTestFinished(() => receiver[Symbol.asyncDispose]());
  hook = `hook-${randomBytes(4).toString('hex')}`;
  house.target(hook, webhookTo(receiver.url));
  follow(0, 600);
});

function webhookTo(url: string) {
  return { channel: 'webhook', url, secret_env: 'HOOK_SECRET', allow_private: true, allow_http: true };
}

/** Levels after so many seconds; each tells the webhook of this test and the log. */
function follow(...after_s: number[]): void {
  levels(...after_s.map((after) => ({ after, targets: [hook, 'log'] })));
}

function levels(...steps: { after: number; targets: string[] }[]): void {
  house.levels(steps.map(({ after, targets }) => ({ after: `${String(after)}s`, targets })));
}

async function fail(more?: Parameters<typeof judgement>[1]): Promise<string> {
  const { raised } = await house.load(source, [judgement('fail', more)]);
  const [first] = raised;
  if (first === undefined) throw new Error('nothing was raised');
  return first.incident_id;
}

function act(
  transition: 'acknowledge' | 'unacknowledge' | 'reopen',
  incident_id: string,
  updateId?: string,
): Promise<IncidentView> {
  return house.handle(source).executeUpdate(transition, {
    args: [{ incident_id, actor: 'ana', via: 'api' }],
    ...(updateId === undefined ? {} : { updateId }),
  });
}

function resolve(incident_id: string): Promise<IncidentView> {
  return house.handle(source).executeUpdate(incidentMessages.resolve, {
    args: [{ incident_id, actor: 'ana', via: 'api', reason: 'fixed_at_source', comment: '' }],
  });
}

function view(): Promise<IncidentView> {
  return house.handle(source).query<IncidentView>(incidentMessages.view);
}

/** What the receiver was told, in order. */
function told(): string[] {
  return receiver.received.map(({ body }) => noticePayload.parse(JSON.parse(body)).data.notification.reason);
}

function projected(incident_id: string, expected: Partial<Incident>): Promise<Incident> {
  return vi.waitFor(async () => {
    const row = await incidentById(house.db, incident_id);
    expect(row).toMatchObject(expected);
    if (row === undefined) throw new Error('no row');
    return row;
  }, waiting);
}

function delivered(incident_id: string, expected: readonly Partial<Delivery>[]): Promise<void> {
  return vi.waitFor(async () => {
    expect(await deliveriesOfIncident(house.db, incident_id)).toMatchObject(expected);
  }, waiting);
}

function recorded(incident_id: string, type: string): Promise<void> {
  return vi.waitFor(async () => {
    const timeline = await eventsOfIncident(house.db, incident_id);
    expect(timeline.map((entry) => entry.type)).toContain(type);
  }, waiting);
}

const waiting = { timeout: 10_000, interval: 25 };

async function refusedType(update: Promise<unknown>): Promise<string> {
  const error: unknown = await update.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
    return error.cause.type ?? '';
  throw error;
}

describe('an incident', () => {
  test('opens, is told by a signed webhook, and shows in the tables and in live events', async () => {
    const from = timestampOf(Date.now() - 1_000);
    const incident_id = await fail();
    await receiver.until(1);
    const [request] = receiver.received;
    if (request === undefined) throw new Error('nothing was received');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const payload = noticePayload.parse(new Webhook(secret).verify(request.body, headers));
    expect(payload).toMatchObject({
      type: 'incident.triggered',
      data: { incident: { incident_id, source, rule_id: 'amount-present', finding: '7% of amount are null.' } },
    });
    await delivered(incident_id, [
      {
        target: hook,
        channel: 'webhook',
        state: 'delivered',
        attempts: 1,
        status_code: 200,
        reason: 'triggered',
        level: 1,
      },
      { target: 'log', channel: 'log', state: 'delivered', attempts: 1, status_code: 0 },
    ]);
    const row = await projected(incident_id, { status: 'triggered', level: 1, occurrences: '1', settled: false });
    expect(row.next_escalation_at).not.toBeNull();
    expect(JSON.parse(row.policy)).toMatchObject({ name: 'default' });
    await vi.waitFor(async () => {
      const timeline = await eventsOfIncident(house.db, incident_id);
      expect(timeline.map(({ type }) => type).sort()).toEqual([
        'delivery.delivered',
        'delivery.delivered',
        'incident.triggered',
        'notice.queued',
      ]);
      expect(timeline.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      const events = await eventsSince(house.db, from, 1_000);
      expect(events.filter(({ ids }) => ids['incident_id'] === incident_id).length).toBeGreaterThanOrEqual(4);
    }, waiting);
  });

  test('hears of a check once: the same signal twice is one notice', async () => {
    const ids = { load_id: '1001', check_id: '1002' };
    await house.load(source, [judgement('fail')], ids);
    await house.load(source, [judgement('fail')], ids);
    const incident_id = await fail();
    await projected(incident_id, { occurrences: '2' });
    await receiver.until(1);
    expect(told()).toEqual(['triggered']);
  });

  test('an acknowledgement one second before the next level keeps everybody else quiet', async () => {
    follow(0, 3);
    const incident_id = await fail();
    const { next_escalation_at } = await view();
    const due = Date.parse(next_escalation_at ?? '');
    await vi.waitFor(() => {
      expect(Date.now()).toBeGreaterThanOrEqual(due - 1_000);
    }, waiting);
    const acknowledged = await act('acknowledge', incident_id);
    expect(Date.now()).toBeLessThan(due);
    expect(acknowledged).toMatchObject({ status: 'acknowledged', next_escalation_at: null });

    const later = source;
    source = `s-${randomUUID()}`;
    await fail();
    await receiver.until(3);
    expect(Date.now()).toBeGreaterThan(due);
    const about = receiver.received.map(({ body }) => noticePayload.parse(JSON.parse(body)).data);
    expect(
      about.filter(({ incident }) => incident.source === later).map(({ notification }) => notification.reason),
    ).toEqual(['triggered']);
    await projected(incident_id, { status: 'acknowledged', acknowledged_by: 'ana', next_escalation_at: null });
  });

  test('escalates on time although worker and Temporal died in between, and stops when resolved', async () => {
    follow(0, 6, 9, 600);
    const incident_id = await fail();
    await delivered(incident_id, [{ state: 'delivered' }, { state: 'delivered' }]);
    const due = Date.parse((await view()).next_escalation_at ?? '');
    await house.stopWorker();
    await house.restartTemporal();
    await house.startWorker();
    await receiver.until(2);
    expect(told()).toEqual(['triggered', 'escalated']);
    expect(Date.now() - due).toBeLessThan(5_000);
    await receiver.until(3);
    expect(await resolve(incident_id)).toMatchObject({
      status: 'resolved',
      available_transitions: ['reopen', 'comment'],
    });
    await receiver.until(4);
    expect(told()).toEqual(['triggered', 'escalated', 'escalated', 'resolved']);
    await projected(incident_id, {
      status: 'resolved',
      reason: 'fixed_at_source',
      resolved_by: 'ana',
      next_escalation_at: null,
    });
    await recordHistory(house.handle(source), 'incident-escalated');
  });

  test('is resolved by a clean load and comes back as the same incident', async () => {
    const incident_id = await fail();
    await receiver.until(1);
    expect((await house.load(source, [judgement('pass')])).cleared).toBe(1);
    await receiver.until(2);
    await projected(incident_id, { status: 'resolved', resolved_by: 'system', reason: 'clean_load' });
    expect(await fail()).toBe(incident_id);
    await projected(incident_id, { status: 'triggered', regressed: true, occurrences: '2', resolved_by: '' });
    await receiver.until(3);
    expect(told()).toEqual(['triggered', 'resolved', 'regressed']);
    await recordHistory(house.handle(source), 'incident-regressed');
  });

  test('good news about a rule without an incident starts nothing', async () => {
    for (const verdict of ['pass', 'warn', 'error'] as const) await house.load(source, [judgement(verdict)]);
    await expect(house.handle(source).describe()).rejects.toThrow('not found');
  });

  test('repeats an answer by update id, and refuses what is not possible with a type', async () => {
    const incident_id = await fail();
    const update = randomUUID();
    const first = await act('acknowledge', incident_id, update);
    expect(await act('acknowledge', incident_id, update)).toEqual(first);
    expect(await refusedType(act('acknowledge', incident_id))).toBe('already_acknowledged');
    expect(await refusedType(act('reopen', incident_id))).toBe('not_resolved');
    expect(await refusedType(act('acknowledge', '12345'))).toBe('other_incident');
  });

  test('ends when its rule is deleted; the next failure opens another', async () => {
    const incident_id = await fail();
    await house.handle(source).executeUpdate(incidentMessages.resolve, {
      args: [{ incident_id, actor: 'ana', via: 'api', reason: 'rule_deleted', comment: '' }],
    });
    expect(await house.handle(source).result()).toMatchObject({ status: 'resolved', available_transitions: [] });
    await projected(incident_id, { settled: true, reason: 'rule_deleted' });
    await recordHistory(house.handle(source), 'incident-rule-deleted');
    expect(await fail()).not.toBe(incident_id);
  });

  test('keeps telling while the engine is down, and writes everything once it is back', async () => {
    follow(0, 2);
    const incident_id = await fail();
    await receiver.until(1);
    await house.engine.kill('SIGKILL');
    await act('acknowledge', incident_id);
    await act('unacknowledge', incident_id);
    await receiver.until(3);
    expect(told()).toEqual(['triggered', 'unacknowledged', 'escalated']);
    await house.engine.restart();
    await vi.waitFor(async () => {
      const timeline = await eventsOfIncident(house.db, incident_id);
      expect(timeline.map(({ type }) => type)).toContain('incident.escalated');
      expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, place) => place + 1));
    }, waiting);
  });

  test('goes on in a new run when its history is long, with timers, answers and notices', async () => {
    follow(0, 600);
    const incident_id = await fail();
    const before = await house.handle(source).describe();
    const say = (updateId: string): Promise<IncidentView> =>
      house.handle(source).executeUpdate(incidentMessages.comment, {
        args: [{ incident_id, actor: 'ana', via: 'api', comment: 'still looking' }],
        updateId,
      });
    let last = await say('0');
    const due = last.next_escalation_at;
    for (let number = 1; number < 500; number++) last = await say(String(number));
    await vi.waitFor(async () => {
      expect((await house.handle(source).describe()).runId).not.toBe(before.runId);
    }, waiting);
    expect(await view()).toMatchObject({
      incident_id,
      status: 'triggered',
      next_escalation_at: due,
      version: last.version,
    });
    expect(await say('499')).toEqual(last);
    expect((await say('500')).version).toBe(last.version + 1);
    expect(await act('acknowledge', incident_id)).toMatchObject({ status: 'acknowledged' });
    await projected(incident_id, { status: 'acknowledged', run_id: before.runId });
    const timeline = await eventsOfIncident(house.db, incident_id);
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, place) => place + 1));
  });
});

describe('a notice', () => {
  test('is tried again under the same id, and does not hold up the other target', async () => {
    let left = 2;
    receiver.answer = (response) => response.writeHead(left-- > 0 ? 500 : 204).end();
    const incident_id = await fail();
    await receiver.until(3);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await delivered(incident_id, [
      { target: hook, state: 'delivered', attempts: 3, status_code: 204, error: '' },
      { target: 'log', state: 'delivered', attempts: 1 },
    ]);
  });

  test('shows its progress while it is being tried', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let first = true;
    receiver.answer = (response) => {
      if (first) response.writeHead(503, { 'retry-after': '0' }).end();
      else void held.then(() => response.end());
      first = false;
    };
    const incident_id = await fail();
    await delivered(incident_id, [
      {
        target: hook,
        state: 'queued',
        attempts: 1,
        status_code: 503,
        error: expect.stringContaining('answered 503'),
      },
      { target: 'log', state: 'delivered' },
    ]);
    release();
    await delivered(incident_id, [{ target: hook, state: 'delivered', attempts: 2 }, { target: 'log' }]);
  });

  test('ends as failed in sight when every attempt failed, and the next level is not waited for', async () => {
    levels({ after: 0, targets: [hook] }, { after: 3_600, targets: ['log'] });
    receiver.answer = (response) => response.writeHead(500).end();
    const incident_id = await fail();
    await delivered(incident_id, [
      { target: hook, state: 'failed', attempts: 4, status_code: 500 },
      { target: 'log', state: 'delivered', reason: 'escalated' },
    ]);
    await recorded(incident_id, 'delivery.failed');
  });

  test('that was refused with 410 disables the target until its URL changes', async () => {
    receiver.answer = (response) => response.writeHead(410).end();
    const incident_id = await fail();
    await delivered(incident_id, [{ target: hook, state: 'failed', attempts: 1, status_code: 410 }, { target: 'log' }]);
    expect((await listDisabledTargets(house.db)).filter((target) => target.incident_id === incident_id)).toHaveLength(
      1,
    );
    await recorded(incident_id, 'delivery.endpoint_disabled');

    source = `s-${randomUUID()}`;
    const next = await fail();
    await delivered(next, [
      { target: hook, state: 'failed', status_code: 0, error: expect.stringContaining('it is disabled') },
      { target: 'log' },
    ]);
    expect(receiver.received).toHaveLength(1);

    source = `s-${randomUUID()}`;
    receiver.answer = (response) => response.end();
    house.target(hook, webhookTo(`${receiver.url}/other`));
    levels({ after: 0, targets: [hook] });
    await delivered(await fail(), [{ target: hook, state: 'delivered' }]);
  });

  test('that was sent but not recorded is sent again under the same id', async () => {
    let crashes = 1;
    house.reached = (point) => {
      if (point === 'notice.send:after' && receiver.received.length > 0 && crashes-- > 0) throw new Error('crash');
    };
    follow(0);
    await fail();
    await receiver.until(2);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
  });

  test('that waits for its next attempt is not sent once somebody acknowledged', async () => {
    receiver.answer = (response) => response.writeHead(503, { 'retry-after': '3600' }).end();
    const incident_id = await fail();
    await delivered(incident_id, [{ target: hook, state: 'queued', attempts: 1 }, { target: 'log' }]);
    await act('acknowledge', incident_id);
    await delivered(incident_id, [
      { target: hook, state: 'suppressed' },
      { target: 'log', state: 'delivered' },
    ]);
    await recordHistory(house.handle(source), 'incident-acknowledged-in-backoff');
  });

  test('that is on its way while somebody acknowledges asks once more before it is sent', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    house.beforeDelivery = () => held;
    const incident_id = await fail();
    await act('acknowledge', incident_id);
    release();
    await delivered(incident_id, [
      { target: hook, state: 'suppressed' },
      { target: 'log', state: 'suppressed' },
    ]);
    expect(told()).toEqual([]);
  });

  test('of a target that left the policy file ends as failed and says so', async () => {
    follow(0, 2);
    const incident_id = await fail();
    await receiver.until(1);
    house.target(hook, null);
    await delivered(incident_id, [
      { target: hook, state: 'delivered' },
      { target: 'log', state: 'delivered' },
      { target: hook, state: 'failed', error: `the policy file has no target ${hook} any more.` },
      { target: 'log', state: 'delivered' },
    ]);
  });
});

describe('an incident whose workflow is cancelled, as when its source is deleted', () => {
  test('ends only when nothing of it is being written or sent', async () => {
    let arrived = () => {};
    const sending = new Promise<void>((resolve) => (arrived = resolve));
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    house.beforeDelivery = () => {
      arrived();
      return held;
    };
    await fail();
    await sending;
    const handle = house.handle(source);
    await handle.cancel();
    const ended = handle.result().then(
      () => 'completed',
      () => 'cancelled',
    );
    await vi.waitFor(async () => {
      const { events } = await handle.fetchHistory();
      expect(events?.some(({ workflowExecutionCancelRequestedEventAttributes: asked }) => asked)).toBe(true);
      expect(events?.some(({ activityTaskCancelRequestedEventAttributes: asked }) => asked)).toBe(true);
    }, waiting);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    release();
    expect(await ended).toBe('cancelled');
    const { events = [] } = await handle.fetchHistory();
    const scheduled = events?.filter(({ activityTaskScheduledEventAttributes: begun }) => begun) ?? [];
    const done = events?.filter(
      ({ activityTaskCompletedEventAttributes: completed, activityTaskCanceledEventAttributes: canceled }) =>
        completed ?? canceled,
    );
    expect(done).toHaveLength(scheduled.length);
  });
});

describe('a storm', () => {
  const many = (verdict: 'fail' | 'pass', count: number) =>
    Array.from({ length: count }, (_, place) => judgement(verdict, { rule_id: `rule-${String(place)}` }));

  test('of many new failures is one notice; those that last speak for themselves when it is over', async () => {
    follow(0, 600);
    const { raised } = await house.load(source, many('fail', 25));
    expect(raised).toHaveLength(26);
    expect(raised[0]?.rule_id).toBe(stormRule);
    await receiver.until(1);
    await vi.waitFor(async () => {
      const rows = await listIncidents(house.db, { source, limit: 100 });
      expect(rows.filter(({ silent }) => silent)).toHaveLength(25);
      expect(rows).toHaveLength(26);
    }, waiting);
    expect(told()).toEqual(['triggered']);

    await house.load(source, [...many('fail', 2), ...many('pass', 25).slice(2)]);
    await receiver.until(4);
    expect(told().sort()).toEqual(['resolved', 'triggered', 'triggered', 'triggered']);
    await vi.waitFor(async () => {
      const rows = await listIncidents(house.db, { source, statuses: ['triggered'], limit: 100 });
      expect(rows.map(({ rule_id, silent }) => [rule_id, silent]).sort()).toEqual([
        ['rule-0', false],
        ['rule-1', false],
      ]);
    }, waiting);
  });

  test('that was told in part stays one when it is told again, also before the database knows it', async () => {
    follow(0, 600);
    const ids = { load_id: newId(Date.now()), check_id: newId(Date.now()) };
    const cutOff = many('fail', 25).map((one, place) =>
      place < 10
        ? one
        : {
            ...one,
            get finding(): string {
              throw new Error('killed');
            },
          },
    );
    await expect(house.load(source, cutOff, ids)).rejects.toThrow('killed');
    await vi.waitFor(async () => {
      expect(await listIncidents(house.db, { source, limit: 100 })).toHaveLength(11);
    }, waiting);
    await house.db.command(
      `ALTER TABLE incidents DELETE WHERE tenant = {tenant: String} AND rule_id = '${stormRule}' SETTINGS mutations_sync = 1`,
    );
    await house.load(source, many('fail', 25), ids);
    await vi.waitFor(async () => {
      const rows = await listIncidents(house.db, { source, limit: 100 });
      expect(rows.filter(({ silent }) => silent)).toHaveLength(25);
    }, waiting);
    expect(told()).toEqual(['triggered']);
  });
});
