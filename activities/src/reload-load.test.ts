import { commitOfLoad, type Load } from '@assay/clickhouse';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestStack, type TestStack, type TestWorker } from './testing.ts';

const twice = { ASSAY_STEP_ATTEMPTS: '2' };
let stack: TestStack;
let worker: TestWorker;
let source: string;
let number = 0;

beforeAll(async () => {
  stack = await startTestStack({ worker: false });
  worker = await stack.startWorker(twice);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});
beforeEach(() => {
  number += 1;
  source = `reread-${String(number)}`;
});

/** A load the store lost every row of. */
async function damaged(): Promise<Load> {
  await stack.describe(source, '');
  await stack.db.command('SYSTEM STOP MERGES');
  const { load } = await stack.ingest({ source, name: 'a.jsonl', bytes: '{"a":1}\n{"a":2}\n' });
  await stack.loseRows(load);
  await stack.db.command('SYSTEM START MERGES');
  await stack.compareStored();
  return stack.stored(load.load_id);
}

test('a damaged load whose manifest cannot be read ends as it was, says why, and can be tried again', async () => {
  const load = await damaged();
  const manifest = `${stack.inbox.path(load.load_id)}.json`;
  const about = await stack.manifest(load.load_id);
  await writeFile(manifest, '{"tenant":');
  expect(await stack.reload(load)).toMatchObject({ state: 'held', reloaded: false });
  expect(await stack.stored(load.load_id)).toMatchObject({
    state: 'held',
    damage: load.damage,
    reason: expect.stringMatching(
      /^It could not be loaded again\. The file could not be read: .+ Mend that, then load it again: `assay loads reload \d+`\.$/,
    ),
  });

  await writeFile(manifest, JSON.stringify(about));
  expect(await stack.reload(load, 2)).toMatchObject({ state: 'loaded', reloaded: true });
  expect(await stack.stored(load.load_id)).toMatchObject({ state: 'loaded', damage: '', rows: '2' });
});

test('one whose new rows cannot be put in place ends as it was, says why, and can be tried again', async () => {
  const load = await damaged();
  await worker.kill('SIGTERM');
  const doomed = await stack.startWorker({ ...twice, ASSAY_CRASH_AT: 'reload.swap:before' });
  const handle = await stack.startReload(load);
  expect(await doomed.ended).toBe('SIGKILL');
  // The check that was made of the new rows is lost before it is put in force.
  await stack.db.command(`DELETE FROM checks WHERE load_id = ${load.load_id}`);
  worker = await stack.startWorker(twice);
  expect(await handle.result()).toMatchObject({ state: 'held', reloaded: false });
  expect(await stack.stored(load.load_id)).toMatchObject({
    state: 'held',
    damage: load.damage,
    reason: expect.stringMatching(
      /^It could not be loaded again\. It could not be put in place: check \d+ of load \d+ left no record\. Mend that, .+\.$/,
    ),
  });
  expect(await commitOfLoad(stack.db, load.source_id, load.load_id)).toMatchObject({ state: 'held' });

  expect(await stack.reload(load, 2)).toMatchObject({ state: 'loaded', reloaded: true });
  expect(await stack.stored(load.load_id)).toMatchObject({ state: 'loaded', damage: '', reason: '', rows: '2' });
});
