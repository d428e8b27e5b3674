import { eventually } from '@assay/activities/testing';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receipt, type Receipt } from './shapes/load.ts';
import { startTestHouse, type TestHouse } from './testing.ts';

let house: TestHouse;
let client: TestHouse['client'];

beforeAll(async () => {
  house = await startTestHouse();
  client = house.client;
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

async function send(source: string, body: string): Promise<Receipt> {
  const answer = await house.fetch(`/api/v1/sources/${source}/files?file=a.jsonl`, { method: 'POST', body });
  expect([200, 202]).toContain(answer.status);
  const sent = receipt.parse(await answer.json());
  await client.load.ingestResult.query({ load_id: sent.load_id, wait_s: 30 });
  return sent;
}

async function damaged(source: string): Promise<string> {
  const { load_id } = await send(source, '{"a":1}\n{"a":2}\n{"a":\n');
  const { load } = await client.load.get.query({ load_id });
  await house.stack.loseRows(load);
  await house.stack.compareStored();
  return load_id;
}

/** The only incident of a source, once it has this status. */
async function incidentOf(source: string, status: 'triggered' | 'resolved') {
  const list = () => client.incident.list.query({ source, status: [status] });
  const { items } = await eventually(list, (page) => page.items.length === 1);
  const [found] = items;
  if (found === undefined) throw new Error('unreachable');
  return found;
}

describe('a damaged load', () => {
  test('says what is missing, counts nowhere, and is whole again once it is loaded again', async () => {
    const load_id = await damaged('broken');
    const { load, publication } = await client.load.get.query({ load_id });
    const damage = `The store lost part of a.jsonl: 2 of 2 rows are missing. Load it again from the inbox, with \`assay loads reload ${load_id}\` or the button on its page.`;
    expect(load).toMatchObject({ state: 'held', damage, reason: damage, rows: '2' });
    expect(publication).toBe('held');
    expect(await client.source.chart.query({ source: 'broken' })).toMatchObject({ points: [] });
    await expect(client.load.recheck.mutate({ load_id })).rejects.toThrow(
      /cannot be checked again.*Until then what is left/,
    );

    const { workflow_id } = await client.load.reload.mutate({ load_id });
    await expect(client.load.reload.mutate({ load_id })).rejects.toThrow(/still loading|still checking|being loaded/);
    await client.load.ingestResult.query({ load_id, workflow_id, wait_s: 30 });
    const after = await client.load.get.query({ load_id });
    expect(after).toMatchObject({ load: { state: 'loaded', damage: '', reason: '' }, publication: 'published' });
    const rows = await client.load.rows.query({ load_id });
    expect(rows.items.map((row) => row.values)).toEqual([['1'], ['2']]);
    expect((await client.load.rejects.query({ load_id })).total).toBe(1);
    const audit = await client.system.audit.query({ subject: `load:${load_id}` });
    expect(audit.items.map(({ action }) => action)).toContain('load.reload');
  });

  test('opens an incident for everybody to see, which ends when it is loaded again', async () => {
    const load_id = await damaged('told');
    const open = await incidentOf('told', 'triggered');
    expect(open).toMatchObject({
      rule_id: '*damage*',
      segment: load_id,
      kind: 'damage',
      finding: expect.stringMatching(/^The store lost part of a\.jsonl: 2 of 2 rows are missing\./),
      available_transitions: ['acknowledge', 'resolve', 'comment'],
    });
    const answer = await house.fetch(`/api/v1/incidents?source=told`);
    expect(await answer.json()).toMatchObject({ items: [{ incident_id: open.incident_id, rule_id: '*damage*' }] });
    expect(await client.load.get.query({ load_id })).toMatchObject({
      incidents: [{ incident_id: open.incident_id, status: 'triggered' }],
    });

    const { workflow_id } = await client.load.reload.mutate({ load_id });
    await client.load.ingestResult.query({ load_id, workflow_id, wait_s: 30 });
    expect(await incidentOf('told', 'resolved')).toMatchObject({
      incident_id: open.incident_id,
      reason: 'load_reloaded',
      resolved_by: 'system',
    });
  });

  test('takes its incident with it when its source is deleted', async () => {
    await damaged('dropped');
    expect((await client.incident.list.query({ source: 'dropped', rule_id: '*storm*' })).items).toEqual([]);
    const { incident_id } = await incidentOf('dropped', 'triggered');
    const { workflow } = await client.incident.get.query({ incident_id });
    expect(await client.source.delete.mutate({ source: 'dropped' })).toMatchObject({ loads: 1, incidents: 1 });
    await expect(client.incident.get.query({ incident_id })).rejects.toMatchObject({ data: { code: 'not_found' } });
    const { status } = await house.stack.client.workflow.getHandle(workflow.id).describe();
    expect(status.name).not.toBe('RUNNING');
  });

  test('comes into no view by a decision, be it held or withdrawn', async () => {
    const load_id = await damaged('undecided');
    const refused = /2 of 2 rows are missing.*Until then nothing reads/;
    expect(await client.load.get.query({ load_id })).toMatchObject({ available_decisions: ['withdraw'] });
    await expect(client.load.release.mutate({ load_id })).rejects.toMatchObject({
      message: expect.stringMatching(refused),
      data: { code: 'conflict' },
    });
    expect(await client.load.withdraw.mutate({ load_id, reason: 'wrong day' })).toMatchObject({
      available_decisions: [],
    });
    await expect(client.load.restore.mutate({ load_id, reason: '' })).rejects.toThrow(refused);
    expect((await client.load.get.query({ load_id })).publication).toBe('withdrawn');

    const { workflow_id } = await client.load.reload.mutate({ load_id });
    await client.load.ingestResult.query({ load_id, workflow_id, wait_s: 30 });
    expect(await client.load.restore.mutate({ load_id, reason: '' })).toMatchObject({
      available_decisions: ['withdraw'],
    });
  });

  test('whose bytes are gone, too, is replaced when the file is sent again', async () => {
    const load_id = await damaged('lost');
    await rm(house.stack.inbox.path(load_id));
    const again = await send('lost', '{"a":1}\n{"a":2}\n{"a":\n');
    expect(again).toMatchObject({ duplicate: false });
    expect(again.load_id).not.toBe(load_id);
    expect((await client.load.get.query({ load_id: again.load_id })).load).toMatchObject({
      state: 'loaded',
      damage: '',
      replaces: load_id,
    });
    expect((await client.load.get.query({ load_id })).load).toMatchObject({
      state: 'withdrawn',
      reason: expect.stringContaining(`replaced by load ${again.load_id}`),
    });
  });
});

test('a whole published load is not loaded again under its readers', async () => {
  const { load_id } = await send('whole', '{"a":1}\n');
  await expect(client.load.reload.mutate({ load_id })).rejects.toThrow(/It is whole and published/);
  await client.load.withdraw.mutate({ load_id, reason: 'to read it anew' });
  const { workflow_id } = await client.load.reload.mutate({ load_id });
  await client.load.ingestResult.query({ load_id, workflow_id, wait_s: 30 });
  expect((await client.load.get.query({ load_id })).load).toMatchObject({ state: 'withdrawn', rows: '1' });
});

test('what expired says when, wherever it was read from, and the same content may come again', async () => {
  const yaml = 'retention: { inbox: 1 day, rows: 1 day, evidence: 1 day, metrics: for ever }\n';
  await client.source.putDocument.mutate({ source: 'short', yaml });
  const received_at = new Date(Date.now() - 2 * 86_400_000).toISOString();
  const bytes = '{"a":1}\n{"a":\n';
  const { load_id } = (await house.stack.ingest({ source: 'short', name: 'a.jsonl', bytes, received_at })).load;
  const planned = await client.system.retention.mutate({ dry_run: true });
  expect(planned.sources).toMatchObject([
    { source: 'short', expires: { inbox: 1, rows: 1, evidence: 1, metrics: 0 }, rows: '1' },
  ]);
  expect((await client.load.rows.query({ load_id })).total).toBe(1);

  await client.system.retention.mutate({});
  const day = new Date().toISOString().slice(0, 10);
  const { load, publication } = await client.load.get.query({ load_id });
  expect(load).toMatchObject({
    state: 'expired',
    reason: `Its rows expired on ${day}; its results are kept.`,
    rows: '1',
    expired: { inbox: expect.stringContaining(day), rows: expect.stringContaining(day) },
  });
  expect(publication).toBe(null);
  const expired_at = load.expired.rows;
  expect(await client.load.rows.query({ load_id })).toMatchObject({ items: [], expired_at });
  expect(await client.load.rejects.query({ load_id })).toEqual({ items: [], total: 0 });
  expect(await client.load.failedRows.query({ load_id })).toMatchObject({
    items: [],
    expired_at: load.expired.evidence,
  });
  expect((await client.load.get.query({ load_id })).results).not.toEqual([]);
  await expect(client.load.recheck.mutate({ load_id })).rejects.toThrow(`Its rows expired on ${day}.`);
  await expect(client.load.reload.mutate({ load_id })).rejects.toThrow(`Its rows expired on ${day}.`);
  expect(await client.source.chart.query({ source: 'short' })).toMatchObject({ points: [], expired: { loads: 1 } });

  const again = await send('short', bytes);
  expect(again.duplicate).toBe(false);
  expect(again.load_id).not.toBe(load_id);
});

test('a sweep by REST says what it found and leaves what counts', async () => {
  const { load_id } = await send('kept', '{"a":1}\n');
  const answer = await house.post('/api/v1/system/sweep', { dry_run: false });
  expect(await answer.json()).toMatchObject({ dry_run: false, rows: '0', rejects: '0' });
  expect((await client.load.rows.query({ load_id })).total).toBe(1);
});
