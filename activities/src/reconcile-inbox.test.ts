import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, timestampOf, type Manifest } from '@assay/clickhouse';
import { startFile } from '@assay/workflows';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InboxReconciler } from './reconcile-inbox.ts';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ worker: false });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function* file(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a\n1\n');
}

test('an accepted file that cannot be started keeps no other one waiting', async () => {
  const { connection, inbox, client, data_dir } = stack;
  await writeFile(join(data_dir, 'inbox', '7.json'), '{');
  await writeFile(join(data_dir, 'inbox', 'notes.json'), '{}');
  const load_id = newId(Date.now());
  const received = await inbox.receive(load_id, file(), 100);
  const about: Manifest = {
    tenant: 'default',
    load_id,
    source_id: '1',
    source: 'waiting',
    file: 'a.csv',
    sha256: received.sha256,
    bytes: received.bytes,
    received_at: timestampOf(Date.now()),
    actor: 'test',
    backfill: false,
    replaces: '0',
  };
  await inbox.accept(received, about);

  const log = pino({ level: 'silent' });
  const reconciler = new InboxReconciler({ connection, inbox, temporal: client, log });
  await expect(reconciler.run()).rejects.toThrow(/JSON/);
  await expect(reconciler.run()).rejects.toThrow(/JSON/);
  const { memo } = await client.workflow.getHandle(startFile(about).workflowId).describe();
  expect(memo).toEqual({ load_id });
});
