import { commitOfLoad, loadById, newId, stepVersion, type Load } from '@assay/clickhouse';
import { decidePublication } from '@assay/workflows/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followDecision } from './finish-load.ts';
import { markDamage } from './mark-damage.ts';
import { startTestStack, type TestStack } from './testing.ts';
import { writeStep } from './write-step.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function sent(source: string): Promise<{ load: Load; about: Parameters<typeof writeStep>[1] }> {
  const { load } = await stack.ingest({ source, name: 'a', bytes: '{"a":1}\n' });
  const about = await stack.inbox.manifest(load.load_id);
  if (about === undefined) throw new Error(`the inbox has no file of load ${load.load_id}`);
  return { load, about };
}

test('a load whose rows are found missing while it is checked again says what is missing', async () => {
  const { db, client } = stack;
  const { load, about } = await sent('overtaken');
  const commit = await commitOfLoad(db, load.source_id, load.load_id);
  if (commit === undefined) throw new Error(`load ${load.load_id} left no commit`);
  const damage = '1 of 1 row is missing. Load it again from the inbox.';
  await markDamage({ temporal: client, now: Date.now }, db, { load, commit, damage });
  // The check had read the row before that, and writes it with the version of its own last step.
  const { workflow_id, run_id } = load;
  const last = { version: stepVersion(1, 'finished'), workflow_id, run_id };
  const written = await writeStep(db, about, last, Date.now(), load);
  expect(await followDecision(db, written)).toBe(false);
  expect(await loadById(db, load.load_id)).toMatchObject({ state: 'held', reason: damage, damage });
});

describe.each(['held', 'withdrawn'] as const)('a load that is %s', (state) => {
  test('and whose rows are found missing while it is checked again says what is missing', async () => {
    const { db, client } = stack;
    const source = `${state}-overtaken`;
    const { load: before, about } = await sent(source);
    await decidePublication(client, {
      ref: { tenant: 'default', source },
      if_new: null,
      decision: { load_id: before.load_id, state, also: null, actor: 'test', reason: 'wrong day' },
      update_id: newId(Date.now()),
    });
    const [load, commit] = await Promise.all([
      loadById(db, before.load_id),
      commitOfLoad(db, before.source_id, before.load_id),
    ]);
    if (load === undefined || commit === undefined) throw new Error(`load ${before.load_id} is gone`);
    const damage = '1 of 1 row is missing. Load it again from the inbox.';
    await markDamage({ temporal: client, now: Date.now }, db, { load, commit, damage });
    // The check had read the row before that, and writes it with the version of its own last step.
    const { workflow_id, run_id } = load;
    const last = { version: stepVersion(1, 'finished'), workflow_id, run_id };
    const written = await writeStep(db, about, last, Date.now(), load);
    expect(await followDecision(db, written)).toBe(state === 'withdrawn');
    expect(await loadById(db, load.load_id)).toMatchObject({ state, reason: 'wrong day', damage });
  });
});

test('a withdrawn load that is checked again is withdrawn, and its workflow says so', async () => {
  const { load, about } = await sent('rechecked');
  await decidePublication(stack.client, {
    ref: { tenant: 'default', source: load.source },
    if_new: null,
    decision: { load_id: load.load_id, state: 'withdrawn', also: null, actor: 'test', reason: 'wrong day' },
    update_id: newId(Date.now()),
  });
  const finished: unknown = await stack.client.workflow.execute('recheckLoad', {
    workflowId: `recheck:default:${load.load_id}:1`,
    taskQueue: 'control',
    args: [{ load: about, generation: 1 }],
  });
  expect(finished).toMatchObject({ state: 'withdrawn' });
});
