import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, receivedLoad, stepVersion, writeLoad, writeSourceVersion, type Manifest } from '@assay/clickhouse';
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

/** A file of a source nobody described, whose workflow nobody started. */
function accept(source: string): Promise<Manifest> {
  return stack.accept({ source, source_id: '1', name: 'a.csv', bytes: 'a\n1\n' });
}

async function startedFor(about: Manifest): Promise<unknown> {
  return (await stack.client.workflow.getHandle(startFile(about).workflowId).describe()).memo;
}

test('an accepted file that cannot be started keeps no other one waiting', async () => {
  const { connection, inbox, client, data_dir } = stack;
  await writeFile(join(data_dir, 'inbox', '7.json'), '{');
  await writeFile(join(data_dir, 'inbox', 'notes.json'), '{}');
  const about = await accept('waiting');
  const log = pino({ level: 'silent' });
  const reconciler = new InboxReconciler({ connection, inbox, temporal: client, log });
  await expect(reconciler.run()).rejects.toThrow(/JSON/);
  await expect(reconciler.run()).rejects.toThrow(/JSON/);
  expect(await startedFor(about)).toEqual({ load_id: about.load_id });
});

test('a load whose reading again cannot be started keeps no accepted file waiting', async () => {
  const about = await accept('behind');
  const { connection, inbox, client } = stack;
  // Temporal takes no workflow id of this length.
  const db = connection.querier('t'.repeat(2_000));
  await writeSourceVersion(db, {
    source: {
      source_id: about.source_id,
      version: '1',
      name: about.source,
      document: '{}',
      columns: '[]',
      deleted: false,
      changed_at: about.received_at,
      changed_by: 'test',
      why: '',
    },
    rules: [],
  });
  const row = receivedLoad({ ...about, load_id: newId(Date.now()) }, { workflow_id: '', run_id: '' });
  await writeLoad(db, { ...row, version: stepVersion(1, 'loading'), state: 'loading' });

  const reconciler = new InboxReconciler({ connection, inbox, temporal: client, log: pino({ level: 'silent' }) });
  await expect(reconciler.run()).rejects.not.toThrow(/JSON/);
  // The unreadable manifest of the test above came first, once.
  await expect(reconciler.run()).rejects.not.toThrow(/JSON/);
  expect(await startedFor(about)).toEqual({ load_id: about.load_id });
});
