import { eventually } from '@assay/activities/testing';
import { finalStates, listLoads, listSources, loadById } from '@assay/clickhouse';
import { fileWorkflowId } from '@assay/workflows';
import { editSource } from '@assay/workflows/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receipt } from './shapes/load.ts';
import { startTestHouse, type TestHouse } from './testing.ts';

let house: TestHouse;
let client: TestHouse['client'];

beforeAll(async () => {
  house = await startTestHouse({ worker: false });
  client = house.client;
  // Sources and decisions work; files wait for a worker that loads.
  await house.stack.startWorker({ ASSAY_QUEUES: 'control' });
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

async function send(source: string, body: string): Promise<string> {
  const answer = await house.fetch(`/api/v1/sources/${source}/files?file=a.jsonl`, { method: 'POST', body });
  expect(answer.status).toBe(202);
  return receipt.parse(await answer.json()).load_id;
}

async function statusOf(workflow_id: string): Promise<string> {
  return (await house.stack.client.workflow.getHandle(workflow_id).describe()).status.name;
}

test('deleting a source ends its loads and takes files that nobody knew of, and nothing brings it back', async () => {
  const load_id = await send('leaving', '{"a":1}\n');
  const [source] = await listSources(house.stack.db);
  const source_id = source?.source_id ?? '';
  const running = await loadById(house.stack.db, load_id);
  // Accepted while ClickHouse was not there to take its row.
  const late = await house.stack.accept({ source: 'leaving', source_id, name: 'late.jsonl', bytes: '{"a":2}\n' });

  expect(await client.source.delete.mutate({ source: 'leaving' })).toEqual({
    source: 'leaving',
    loads: 2,
    incidents: 0,
  });
  expect(await statusOf(running?.workflow_id ?? '')).toBe('CANCELLED');
  expect(await house.stack.inbox.loadIds()).toEqual([]);
  expect(await listLoads(house.stack.db, { source: 'leaving', limit: 10 })).toEqual([]);

  // Accepted in the moment of the deletion: it ends where its sender can see why.
  const later = await house.stack.accept({ source: 'leaving', source_id, name: 'late.jsonl', bytes: '{"a":3}\n' });
  const loading = await house.stack.startWorker();
  const ended = await eventually(
    () => loadById(house.stack.db, later.load_id),
    (load) => load !== undefined && finalStates.includes(load.state),
  );
  expect(ended).toMatchObject({
    state: 'refused',
    reason: 'The source leaving was deleted while this file was on its way: send it again.',
  });
  await house.stack.client.workflow.getHandle(fileWorkflowId(later)).result();
  expect(await loadById(house.stack.db, late.load_id)).toBeUndefined();
  expect(await listSources(house.stack.db)).toEqual([]);
  expect((await client.incident.list.query({})).items).toEqual([]);

  // The name is free, and the same content is new to it.
  const again = await send('leaving', '{"a":3}\n');
  expect(await client.load.ingestResult.query({ load_id: again, wait_s: 60 })).toMatchObject({ state: 'loaded' });
  await client.source.delete.mutate({ source: 'leaving' });
  await loading.kill('SIGTERM');
});

test('a deletion that was cut off is finished by the next call', async () => {
  await client.source.putDocument.mutate({ source: 'halfway', yaml: 'owner: me\n', why: '' });
  await editSource(house.stack.client, {
    ref: { tenant: 'default', source: 'halfway' },
    if_new: null,
    edit: { kind: 'delete_source', actor: 'test', why: '', expected_version: null },
    update_id: 'cut-off',
  });
  expect(await listSources(house.stack.db)).toEqual([]);
  expect(await client.source.delete.mutate({ source: 'halfway' })).toMatchObject({ loads: 0 });
  await expect(client.source.delete.mutate({ source: 'halfway' })).rejects.toMatchObject({
    data: { code: 'not_found' },
  });
});

test('a load that is not done cannot be replaced yet', async () => {
  const load_id = await send('replacing', '{"a":1}\n');
  const answer = await house.fetch(`/api/v1/sources/replacing/files?file=b.jsonl&replaces=${load_id}`, {
    method: 'POST',
    body: '{"a":2}\n',
  });
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/is still (received|loading): it can be replaced when it is done/),
  });
});

test('an edit of a source that is gone does not bring it back', async () => {
  await expect(
    editSource(house.stack.client, {
      ref: { tenant: 'default', source: 'never' },
      if_new: null,
      edit: { kind: 'put_columns', columns: [], actor: 'test', why: '', expected_version: null },
      update_id: 'no',
    }),
  ).rejects.toMatchObject({ cause: { type: 'source_removed' } });
  expect((await listSources(house.stack.db)).map(({ name }) => name)).not.toContain('never');
});

test('an update is done once, also when the workflow of its source has begun a new run since', async () => {
  const ref = { tenant: 'default', source: 'once' };
  await client.source.putDocument.mutate({ source: 'once', yaml: 'owner: me\n', why: '' });
  const handle = house.stack.client.workflow.getHandle('source:default:once');
  await handle.terminate('a new run');
  await house.stack.client.workflow.start('runSource', {
    workflowId: 'source:default:once',
    taskQueue: 'control',
    args: [{ ref, if_new: null, decisions: 0, update_ids: ['done-before'] }],
  });
  const put = (update_id: string, owner: string) =>
    editSource(house.stack.client, {
      ref,
      if_new: null,
      edit: {
        kind: 'put_document',
        document: JSON.stringify({ owner }),
        columns: [],
        rules: [],
        actor: 'test',
        why: '',
        expected_version: 1,
      },
      update_id,
    });
  const before = await put('done-before', 'somebody else');
  expect(JSON.parse(before.document)).toMatchObject({ owner: 'me' });
  await expect(put('another', 'somebody else')).rejects.toMatchObject({ cause: { type: 'version_conflict' } });
});
