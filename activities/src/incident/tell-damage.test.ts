import { eventsOfIncident, listIncidents, loadById, type Incident, type Load } from '@assay/clickhouse';
import { damageRule } from '@assay/workflows';
import { applyRetention, decidePublication } from '@assay/workflows/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually, startTestStack, type SentFile, type TestStack } from '../testing.ts';
import { overtakenBy } from '../testing/overtaken-by.ts';
import { stormAbove } from './storm.ts';
import { recordHistory } from './testing/record-history.ts';

let stack: TestStack;
let source: string;
let number = 0;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});
beforeEach(async () => {
  number += 1;
  source = `lossy-${String(number)}`;
  await stack.describe(
    source,
    `source: ${source}
columns: { a: { type: Int64 } }
retention: { inbox: for ever, rows: 90 days, evidence: for ever, metrics: for ever }
`,
  );
  // One part per file, so that losing one leaves the others whole.
  await stack.db.command('SYSTEM STOP MERGES');
});

/** A load of two rows, both of which the store lost. */
async function lost(more: Partial<SentFile> = {}): Promise<Load> {
  const { load } = await stack.ingest({ source, name: 'a.jsonl', bytes: '{"a":1}\n{"a":2}\n', ...more });
  await stack.loseRows(load);
  return load;
}

async function damaged(more: Partial<SentFile> = {}): Promise<Load> {
  const load = await lost(more);
  await stack.compareStored();
  return load;
}

function incidents(): Promise<Incident[]> {
  return listIncidents(stack.db, { source, limit: 100 });
}

/** The incident of a load, of all together for '', once it is as wanted. */
function incident(segment: string, wanted: Partial<Incident>): Promise<Incident> {
  return eventually(
    async () => (await incidents()).find((one) => one.rule_id === damageRule && one.segment === segment),
    (found) => {
      const entries = Object.entries(wanted);
      return (
        found !== undefined && entries.every(([name, value]) => new Map(Object.entries(found)).get(name) === value)
      );
    },
  ).then((found) => {
    if (found === undefined) throw new Error('unreachable');
    return found;
  });
}

function withdraw(load: Load): Promise<void> {
  return decidePublication(stack.client, {
    ref: { tenant: 'default', source },
    if_new: null,
    decision: { load_id: load.load_id, state: 'withdrawn', replaces: '0', actor: 'ana', reason: 'wrong day' },
    update_id: `withdraw-${load.load_id}`,
  });
}

// Before the engine is restarted below: the worker then compares by itself, and would tell of some of the loads while others are being lost.
test(
  'many loads lost at once are told by one incident that ends with the last of them, each with a silent one of its own',
  { timeout: 180_000 },
  async () => {
    const loads: Load[] = [];
    for (let nth = 0; nth <= stormAbove; nth += 1) {
      loads.push(await lost({ name: `${String(nth)}.jsonl`, bytes: `{"a":${String(nth)}}\n` }));
    }
    await stack.compareStored();
    const storm = await incident('', { status: 'triggered' });
    expect(storm).toMatchObject({ silent: false, occurrences: '1' });
    expect(storm.finding).toBe(
      `The store lost part of 21 loads of ${source}, 20.jsonl the newest of them. They are held until they are loaded again; each has an incident of its own that says what is missing.`,
    );
    const [first, ...others] = loads;
    for (const { load_id } of loads) {
      expect(await incident(load_id, { status: 'triggered' })).toMatchObject({ silent: true, level: 0 });
    }
    for (const load of others) await withdraw(load);
    expect(await incident('', {})).toMatchObject({ status: 'triggered' });
    if (first === undefined) throw new Error('unreachable');
    await stack.reload(first);
    expect(await incident('', { status: 'resolved' })).toMatchObject({ reason: 'load_reloaded' });
    const timeline = await eventsOfIncident(stack.db, storm.incident_id);
    expect(timeline.map(({ message }) => message)).toContain(
      `Resolved: 0.jsonl was loaded again, and all its rows are there. No other load of ${source} is damaged.`,
    );
  },
);

test(
  'a storm whose telling is cut short goes on as the same one, and what is lost after it speaks for itself',
  { timeout: 180_000 },
  async () => {
    const loads: Load[] = [];
    for (let nth = 0; nth < stormAbove + 2; nth += 1) {
      loads.push(await lost({ name: `${String(nth)}.jsonl`, bytes: `{"a":${String(nth)}}\n` }));
    }
    const told: string[] = [];
    const dying = overtakenBy(stack.client, async () => {
      if (told.push('one') > 18) throw new Error('the worker was killed');
    });
    await expect(stack.compareStored(dying)).rejects.toThrow('1 source could not be counted');
    const storm = await incident('', { status: 'triggered' });

    expect(await stack.compareStored()).toBe(loads.length - 18);
    for (const { load_id } of loads) {
      expect(await incident(load_id, { status: 'triggered' })).toMatchObject({ silent: true, level: 0 });
    }
    expect(await incident('', {})).toEqual(storm);

    const later = await lost({ name: 'later.jsonl', bytes: '{"a":99}\n' });
    expect(await stack.compareStored()).toBe(1);
    expect(await incident(later.load_id, { status: 'triggered' })).toMatchObject({ silent: false });
  },
);

describe('a load of which rows are missing', () => {
  test('opens an incident that says what is missing and what to do, once however often it is counted', async () => {
    const load = await damaged();
    const opened = await incident(load.load_id, { status: 'triggered' });
    expect(opened).toMatchObject({
      kind: 'damage',
      severity: 'high',
      last_load_id: load.load_id,
      occurrences: '1',
      finding: `The store lost part of a.jsonl: 2 of 2 rows are missing. Load it again from the inbox, with \`assay loads reload ${load.load_id}\` or the button on its page.`,
    });
    expect(JSON.parse(opened.policy)).toMatchObject({ name: 'default' });
    await eventually(
      () => eventsOfIncident(stack.db, opened.incident_id),
      (timeline) => timeline.some(({ type }) => type === 'delivery.delivered'),
    );
    await stack.engine.kill('SIGKILL');
    await stack.engine.restart();
    for (const _ of [1, 2]) expect(await stack.compareStored()).toBe(0);
    const timeline = await eventsOfIncident(stack.db, opened.incident_id);
    expect(timeline.map(({ type }) => type).sort()).toEqual([
      'delivery.delivered',
      'incident.triggered',
      'notice.queued',
    ]);
    expect(await incidents()).toHaveLength(1);
  });

  test('has its incident resolved when it is loaded again, and back when it is damaged again', async () => {
    const load = await damaged();
    await incident(load.load_id, { status: 'triggered' });
    expect(await stack.reload(load)).toMatchObject({ reloaded: true });
    const resolved = await incident(load.load_id, { status: 'resolved' });
    expect(resolved).toMatchObject({ reason: 'load_reloaded', resolved_by: 'system', settled: false });
    const timeline = await eventsOfIncident(stack.db, resolved.incident_id);
    expect(timeline.map(({ message }) => message)).toContain(
      'Resolved: a.jsonl was loaded again, and all its rows are there.',
    );
    await stack.loseRows(load);
    await stack.compareStored();
    expect(await incident(load.load_id, { status: 'triggered' })).toMatchObject({
      incident_id: resolved.incident_id,
      regressed: true,
    });
    await recordHistory(stack.client.workflow.getHandle(resolved.workflow_id), 'incident-damage-mended');
  });

  test('has its incident resolved when its rows come back by themselves', async () => {
    const load = await damaged();
    await incident(load.load_id, { status: 'triggered' });
    const { rows } = await stack.db.statement(
      `SELECT name FROM system.detached_parts WHERE table = 'data_${load.source_id}'`,
    );
    for (const { name } of rows) {
      await stack.db.command(`ALTER TABLE data_${load.source_id} ATTACH PART '${String(name)}'`);
    }
    await stack.compareStored();
    expect(await incident(load.load_id, { status: 'resolved' })).toMatchObject({ reason: 'rows_returned' });
    expect(await loadById(stack.db, load.load_id)).toMatchObject({ state: 'loaded', damage: '' });
  });

  test('has its incident resolved when it is withdrawn, and says nothing more when it is loaded again then', async () => {
    const load = await damaged();
    await incident(load.load_id, { status: 'triggered' });
    await withdraw(load);
    const resolved = await incident(load.load_id, { status: 'resolved' });
    expect(resolved).toMatchObject({ reason: 'load_withdrawn' });
    expect(await loadById(stack.db, load.load_id)).toMatchObject({
      state: 'withdrawn',
      damage: expect.stringContaining('2 of 2 rows'),
    });
    expect(await stack.reload(load)).toMatchObject({ state: 'withdrawn', reloaded: true });
    expect(await loadById(stack.db, load.load_id)).toMatchObject({ state: 'withdrawn', damage: '' });
    expect(await incident(load.load_id, { status: 'resolved' })).toMatchObject({ reason: 'load_withdrawn' });
  });

  test('opens none when it is withdrawn already, for nobody reads it', async () => {
    const load = await lost();
    await withdraw(load);
    await stack.compareStored();
    expect(await loadById(stack.db, load.load_id)).toMatchObject({
      state: 'withdrawn',
      damage: expect.stringContaining('2 of 2 rows'),
    });
    expect(await incidents()).toEqual([]);
  });

  test('has its incident resolved when its rows expire', async () => {
    const load = await damaged({ received_at: new Date(Date.now() - 89 * 86_400_000).toISOString() });
    await incident(load.load_id, { status: 'triggered' });
    await stack.describe(
      source,
      `source: ${source}\nretention: { inbox: 1 day, rows: 1 day, evidence: 1 day, metrics: 1 day }\n`,
    );
    await stack.db.command('SYSTEM START MERGES');
    await applyRetention(stack.client, { tenant: 'default', dry_run: false });
    expect(await incident(load.load_id, { status: 'resolved' })).toMatchObject({ reason: 'load_expired' });
    expect(await loadById(stack.db, load.load_id)).toMatchObject({ state: 'expired', damage: '' });
  });

  test('opens one for history, too: its verdicts are history, that its rows are gone is not', async () => {
    const load = await damaged({ backfill: true });
    await incident(load.load_id, { status: 'triggered' });
  });
});
