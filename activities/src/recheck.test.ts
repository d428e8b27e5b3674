import { commitOfLoad, stepVersion } from '@assay/clickhouse';
import { startRecheck } from '@assay/workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endLoad } from './end-load.ts';
import { markDamage } from './mark-damage.ts';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const damage = '1 of 1 row is missing. Load it again from the inbox.';

/** Finds the rows of a load missing while it is checked again, and tells whether a decision stands against the check. */
async function overtake(load_id: string): Promise<boolean> {
  const { db, client } = stack;
  const load = await stack.stored(load_id);
  const commit = await commitOfLoad(db, load.source_id, load_id);
  if (commit === undefined) throw new Error(`load ${load_id} left no commit`);
  await markDamage({ temporal: client, now: Date.now }, db, { load, commit, damage });
  // The check had read the row before that, and writes it with the version of its own last step.
  const { workflow_id, run_id } = load;
  const last = { version: stepVersion(1, 'finished'), workflow_id, run_id };
  return (await endLoad(db, await stack.manifest(load_id), last, Date.now(), load)) === 'withdrawn';
}

test('a load whose rows are found missing while it is checked again says what is missing', async () => {
  const { load } = await stack.ingest({ source: 'overtaken', name: 'a', bytes: '{"a":1}\n' });
  expect(await overtake(load.load_id)).toBe(false);
  expect(await stack.stored(load.load_id)).toMatchObject({ state: 'held', reason: damage, damage });
});

test.each(['held', 'withdrawn'] as const)(
  'a load that is %s and whose rows are found missing while it is checked again says what is missing',
  async (state) => {
    const { load } = await stack.ingest({ source: `${state}-overtaken`, name: 'a', bytes: '{"a":1}\n' });
    await stack.decide(load, { state, reason: 'wrong day' });
    expect(await overtake(load.load_id)).toBe(state === 'withdrawn');
    expect(await stack.stored(load.load_id)).toMatchObject({ state, reason: 'wrong day', damage });
  },
);

test('a withdrawn load that is checked again is withdrawn, and its workflow says so', async () => {
  const { load } = await stack.ingest({ source: 'rechecked', name: 'a', bytes: '{"a":1}\n' });
  await stack.decide(load, { state: 'withdrawn', reason: 'wrong day' });
  const again = startRecheck({ load: await stack.manifest(load.load_id), generation: 1 });
  const finished: unknown = await stack.client.workflow.execute('recheckLoad', again);
  expect(finished).toMatchObject({ state: 'withdrawn' });
});
