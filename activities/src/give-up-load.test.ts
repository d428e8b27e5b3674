import { rm } from 'node:fs/promises';
import { commitOfLoad, listIncidents, stepVersion, timestampOf, writeLoad } from '@assay/clickhouse';
import { startFile, startReload } from '@assay/workflows';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InboxReconciler } from './reconcile-inbox.ts';
import { eventually, startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ worker: false });
  await stack.startWorker({ ASSAY_STEP_ATTEMPTS: '2' });
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** A version of a rule that no program can read, as one of a newer release would be. */
async function breakRules(source: string, version: string): Promise<void> {
  const source_id = await stack.sourceId(source);
  await stack.db.insert('rules', [
    {
      source_id,
      rule_id: 'unreadable',
      version,
      kind: 'of_the_future',
      spec: '{}',
      deleted: false,
      changed_at: timestampOf(Date.now()),
      changed_by: 'test',
      why: '',
    },
  ]);
}

test('a file whose bytes are gone ends refused, with what to do, and is not tried for ever', async () => {
  await stack.describe('gone', '');
  const about = await stack.accept({ source: 'gone', name: 'a.jsonl', bytes: '{"a":1}\n' });
  await rm(stack.inbox.path(about.load_id));
  const finished: unknown = await stack.client.workflow.execute('checkFile', startFile(about));
  expect(finished).toMatchObject({ state: 'refused', raised: 1 });
  expect(await stack.stored(about.load_id)).toMatchObject({
    state: 'refused',
    reason: 'Its bytes are no longer in the inbox: send the file once more, with --again.',
  });
});

test('a load that cannot be checked ends held with the reason and an incident, and checking it again mends it', async () => {
  await stack.describe('unchecked', '');
  await breakRules('unchecked', '2');
  const about = await stack.send({ source: 'unchecked', name: 'a.jsonl', bytes: '{"a":1}\n{"a":2}\n' });
  const handle = stack.client.workflow.getHandle(startFile(about).workflowId);
  await expect(handle.result()).rejects.toThrow();
  const { status } = await handle.describe();
  expect(status.name).toBe('FAILED');

  const load = await stack.stored(about.load_id);
  expect(load).toMatchObject({ state: 'held', verdict: 'error', rows: '2', check_id: '0' });
  expect(load.summary).toMatch(/^not checked: what is stored cannot be read/);
  expect(load.reason).toMatch(/^It could not be checked: .+\. Check it again, then release it\.$/);
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject({ state: 'held', version: 2 });
  const [incident] = await eventually(
    () => listIncidents(stack.db, { source: 'unchecked', limit: 10 }),
    (found) => found.length > 0,
  );
  expect(incident).toMatchObject({ rule_id: '*file*', status: 'triggered' });
  expect(incident?.finding).toMatch(/^The file could not be checked: /);

  await stack.db.command("DELETE FROM rules WHERE tenant = 'default' AND rule_id = 'unreadable'");
  await stack.recheck(load, 1);
  const mended = await stack.stored(about.load_id);
  expect(mended).toMatchObject({ state: 'held', verdict: 'pass' });
  expect(mended.check_id).not.toBe('0');
});

test('a check that cannot be made again says so and leaves the one before in force', async () => {
  const { load } = await stack.ingest({ source: 'rechecked', name: 'a.jsonl', bytes: '{"a":1}\n' });
  expect(load).toMatchObject({ state: 'loaded', verdict: 'pass' });
  await breakRules('rechecked', '2');
  await expect(stack.recheck(load, 1)).rejects.toThrow();
  const after = await stack.stored(load.load_id);
  expect(after).toMatchObject({ state: 'loaded', verdict: 'error', check_id: load.check_id });
  expect(after.summary).toMatch(/^not checked again: .+ What is shown is the check before\.$/);
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject({ state: 'published' });
});

test('a load that can neither be loaded again nor left as it was ends with the reason, and is not started for ever', async () => {
  const { load } = await stack.ingest({ source: 'unrecorded', name: 'a.jsonl', bytes: '{"a":1}\n' });
  const about = await stack.manifest(load.load_id);
  await stack.db.command(`DELETE FROM commits WHERE load_id = ${load.load_id}`);
  await writeLoad(stack.db, { ...load, version: stepVersion(1, 'loading'), state: 'loading' });
  const { connection, inbox, client } = stack;
  const reconciler = new InboxReconciler({ connection, inbox, temporal: client, log: pino({ level: 'silent' }) });
  expect(await reconciler.run()).toBe(1);
  await expect(
    client.workflow.getHandle(startReload({ load: about, generation: 1 }).workflowId).result(),
  ).rejects.toThrow();
  expect(await stack.stored(load.load_id)).toMatchObject({
    state: 'refused',
    verdict: 'error',
    reason: `Load ${load.load_id} has no commit on record, so nothing can take its place. Send the file once more with --again to have it read again.`,
  });
  expect(await reconciler.run()).toBe(0);
});
