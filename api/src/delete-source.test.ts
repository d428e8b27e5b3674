import { startTestStack, eventually, type TestStack } from '@assay/activities/testing';
import { finalStates, listLoads, listSources, loadById, newId, timestampOf, type Manifest } from '@assay/clickhouse';
import { fileWorkflowId } from '@assay/workflows';
import { editSource } from '@assay/workflows/client';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from './router.ts';
import { receipt } from './shapes/load.ts';
import { startTestApi, type TestApi } from './testing.ts';

let stack: TestStack;
let api: TestApi;
let client: TRPCClient<AppRouter>;

beforeAll(async () => {
  stack = await startTestStack({ worker: false });
  // Sources and decisions work; files wait for a worker that loads.
  await stack.startWorker({ ASSAY_QUEUES: 'control' });
  api = await startTestApi({ engine: stack.engine, temporal: stack.temporal.address, data_dir: stack.data_dir });
  client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${api.url}/trpc`, headers: { 'X-Assay-Client': 'web' } })],
  });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function send(source: string, body: string): Promise<string> {
  const answer = await api.fetch(`/api/v1/sources/${source}/files?file=a.jsonl`, { method: 'POST', body });
  expect(answer.status).toBe(202);
  return receipt.parse(await answer.json()).load_id;
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Accepts a file as an upload does whose row ClickHouse was not there to take. */
async function acceptSilently(source: string, source_id: string, text: string): Promise<Manifest> {
  const load_id = newId(Date.now());
  const { path, bytes: size, sha256 } = await stack.inbox.receive(load_id, bytes(text), 1_000);
  const about: Manifest = {
    tenant: 'default',
    load_id,
    source_id,
    source,
    file: 'late.jsonl',
    sha256,
    bytes: size,
    received_at: timestampOf(Date.now()),
    actor: 'test',
    backfill: false,
    replaces: '0',
  };
  return stack.inbox.accept({ path, bytes: size, sha256 }, about);
}

async function statusOf(workflow_id: string): Promise<string> {
  return (await stack.client.workflow.getHandle(workflow_id).describe()).status.name;
}

test('deleting a source ends its loads and takes files that nobody knew of, and nothing brings it back', async () => {
  const load_id = await send('leaving', '{"a":1}\n');
  const [source] = await listSources(stack.db);
  const source_id = source?.source_id ?? '';
  const running = await loadById(stack.db, load_id);
  const late = await acceptSilently('leaving', source_id, '{"a":2}\n');

  expect(await client.source.delete.mutate({ source: 'leaving' })).toEqual({
    source: 'leaving',
    loads: 2,
    incidents: 0,
  });
  expect(await statusOf(running?.workflow_id ?? '')).toBe('CANCELLED');
  expect(await stack.inbox.loadIds()).toEqual([]);
  expect(await listLoads(stack.db, { source: 'leaving', limit: 10 })).toEqual([]);

  // Accepted in the moment of the deletion: it ends where its sender can see why.
  const later = await acceptSilently('leaving', source_id, '{"a":3}\n');
  const loading = await stack.startWorker();
  const ended = await eventually(
    () => loadById(stack.db, later.load_id),
    (load) => load !== undefined && finalStates.includes(load.state),
  );
  expect(ended).toMatchObject({
    state: 'refused',
    reason: 'The source leaving was deleted while this file was on its way: send it again.',
  });
  await stack.client.workflow.getHandle(fileWorkflowId(later)).result();
  expect(await loadById(stack.db, late.load_id)).toBeUndefined();
  expect(await listSources(stack.db)).toEqual([]);
  expect((await client.incident.list.query({})).items).toEqual([]);

  // The name is free, and the same content is new to it.
  const again = await send('leaving', '{"a":3}\n');
  expect(await client.load.ingestResult.query({ load_id: again, wait_s: 60 })).toMatchObject({ state: 'loaded' });
  await client.source.delete.mutate({ source: 'leaving' });
  await loading.kill('SIGTERM');
});

test('a deletion that was cut off is finished by the next call', async () => {
  await client.source.putDocument.mutate({ source: 'halfway', yaml: 'owner: me\n', why: '' });
  await editSource(stack.client, {
    ref: { tenant: 'default', source: 'halfway' },
    if_new: null,
    edit: { kind: 'delete_source', actor: 'test', why: '', expected_version: null },
    update_id: 'cut-off',
  });
  expect(await listSources(stack.db)).toEqual([]);
  expect(await client.source.delete.mutate({ source: 'halfway' })).toMatchObject({ loads: 0 });
  await expect(client.source.delete.mutate({ source: 'halfway' })).rejects.toMatchObject({
    data: { code: 'not_found' },
  });
});

test('a load that is not done cannot be replaced yet', async () => {
  const load_id = await send('replacing', '{"a":1}\n');
  const answer = await api.fetch(`/api/v1/sources/replacing/files?file=b.jsonl&replaces=${load_id}`, {
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
    editSource(stack.client, {
      ref: { tenant: 'default', source: 'never' },
      if_new: null,
      edit: { kind: 'put_columns', columns: [], actor: 'test', why: '', expected_version: null },
      update_id: 'no',
    }),
  ).rejects.toMatchObject({ cause: { type: 'source_removed' } });
  expect((await listSources(stack.db)).map(({ name }) => name)).not.toContain('never');
});

test('an update is done once, also when the workflow of its source has begun a new run since', async () => {
  const ref = { tenant: 'default', source: 'once' };
  await client.source.putDocument.mutate({ source: 'once', yaml: 'owner: me\n', why: '' });
  const handle = stack.client.workflow.getHandle('source:default:once');
  await handle.terminate('a new run');
  await stack.client.workflow.start('runSource', {
    workflowId: 'source:default:once',
    taskQueue: 'control',
    args: [{ ref, if_new: null, decisions: 0, update_ids: ['done-before'] }],
  });
  const put = (update_id: string, owner: string) =>
    editSource(stack.client, {
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
