import { commitOfLoad, type Load, type Manifest } from '@assay/clickhouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from './refusal-of.ts';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function publicationOf(load: Pick<Load, 'source_id' | 'load_id'>, of: TestStack = stack) {
  return (await commitOfLoad(of.db, load.source_id, load.load_id))?.state;
}

async function sendReplacements(source: string, replaces: string, rows: readonly number[]): Promise<Load[]> {
  const sent: Manifest[] = [];
  for (const row of rows) {
    sent.push(await stack.accept({ source, name: `better-${String(row)}`, bytes: `{"a":${String(row)}}\n`, replaces }));
  }
  await Promise.all(sent.map((about) => stack.start(about)));
  return Promise.all(sent.map((about) => stack.finished(about)));
}

describe('of several files sent at once to replace one load', () => {
  let first: Load;
  let taker: Load;
  let late: Load[];

  beforeAll(async () => {
    ({ load: first } = await stack.ingest({ source: 'raced', name: 'first', bytes: '{"a":0}\n' }));
    const sent = await sendReplacements('raced', first.load_id, [1, 2, 3, 4, 5, 6]);
    const [published, ...more] = sent.filter(({ state }) => state === 'loaded');
    if (published === undefined || more.length > 0) throw new Error(`${String(more.length + 1)} took the place`);
    taker = published;
    late = sent.filter(({ load_id }) => load_id !== taker.load_id);
  });

  test('exactly one takes its place, and the others are held and say which one did', async () => {
    expect(await publicationOf(taker)).toBe('published');
    expect(await stack.stored(first.load_id)).toMatchObject({
      state: 'withdrawn',
      reason: expect.stringContaining(`replaced by load ${taker.load_id}`),
    });
    for (const load of late) {
      expect(load).toMatchObject({
        state: 'held',
        verdict: 'pass',
        reason: `Load ${taker.load_id} (${taker.file}) was published in the place of load ${first.load_id} before this file, which was sent to replace it, too. Release this one to publish it instead, or withdraw it.`,
      });
      expect(await publicationOf(load)).toBe('held');
    }
  });

  test('a held one that is released takes the place of the one that has it', async () => {
    const [second, third] = late;
    if (second === undefined || third === undefined) throw new Error('nobody came late');
    await stack.decide(second, { state: 'published', replaces: taker.load_id, reason: '' });
    expect(await stack.stored(second.load_id)).toMatchObject({ state: 'loaded', reason: '' });
    expect(await stack.stored(taker.load_id)).toMatchObject({
      state: 'withdrawn',
      reason: expect.stringContaining(`replaced by load ${second.load_id}`),
    });
    const beside = stack.decide(third, { state: 'published', replaces: taker.load_id, reason: '' });
    await expect(beside.catch(refusalOf)).resolves.toBe('place_taken');
    expect(await publicationOf(third)).toBe('held');
    expect(await publicationOf(second)).toBe('published');
  });
});

test('a replaced load is not brought back beside the one that has its place', async () => {
  const { load: first } = await stack.ingest({ source: 'beside', name: 'first', bytes: '{"a":0}\n' });
  const [second] = await sendReplacements('beside', first.load_id, [1]);
  if (second === undefined) throw new Error('nothing was sent');
  const restore = (load: Load) => stack.decide(load, { state: 'published', reason: '' });
  await expect(restore(first).catch(refusalOf)).resolves.toBe('place_taken');
  expect([await publicationOf(first), await publicationOf(second)]).toEqual(['withdrawn', 'published']);

  await stack.decide(second, { state: 'withdrawn', reason: 'worse' });
  await restore(first);
  await expect(restore(second).catch(refusalOf)).resolves.toBe('place_taken');
  expect([await publicationOf(first), await publicationOf(second)]).toEqual(['published', 'withdrawn']);
});

test('a damaged load whose rows come back stays held when its place is taken meanwhile', async () => {
  const { load: first } = await stack.ingest({ source: 'returned', name: 'first', bytes: '{"a":0}\n' });
  const [second] = await sendReplacements('returned', first.load_id, [1]);
  if (second === undefined) throw new Error('nothing was sent');
  const damage = '1 of 1 row is missing.';
  await stack.decide(second, { state: 'held', reason: damage, damage, actor: 'system' });
  await stack.decide(first, { state: 'published', reason: '' });
  await stack.decide(second, { state: 'published', reason: '', damage: '', actor: 'system' });
  expect(await stack.stored(second.load_id)).toMatchObject({
    state: 'held',
    damage: '',
    reason: `Load ${first.load_id} (first) is published in its place. Release this one to publish it instead, or withdraw it.`,
  });
  expect(await publicationOf(first)).toBe('published');
});

test('a load that somebody withdrew takes nobody’s place when the end of its check is written once more', async () => {
  const { load: first } = await stack.ingest({ source: 'gave-way', name: 'first', bytes: '{"a":0}\n' });
  const [second] = await sendReplacements('gave-way', first.load_id, [1]);
  if (second === undefined) throw new Error('nothing was sent');
  await stack.decide(second, { state: 'withdrawn', reason: 'worse' });
  const checked = { event_from: null, event_to: null };
  await stack.decide(second, { state: 'published', reason: '', replaces: first.load_id, checked });
  expect([await publicationOf(first), await publicationOf(second)]).toEqual(['withdrawn', 'withdrawn']);
});

describe.each(['decision.write:before', 'decision.write:after'])('a worker that is killed at %s', (point) => {
  test('swaps two loads as if it had not been', { timeout: 120_000 }, async () => {
    await using slow = await startTestStack({ worker: false });
    const doomed = await slow.startWorker({ ASSAY_CRASH_AT: point });
    const { load: first } = await slow.ingest({ source: 'swapped', name: 'first', bytes: '{"a":0}\n' });
    const about = await slow.send({ source: 'swapped', name: 'b', bytes: '{"a":1}\n', replaces: first.load_id });
    expect(await doomed.ended).toBe('SIGKILL');
    await slow.startWorker();
    const second = await slow.finished(about);
    expect(second).toMatchObject({ state: 'loaded', verdict: 'pass' });
    expect(await slow.stored(first.load_id)).toMatchObject({
      state: 'withdrawn',
      reason: expect.stringContaining(`replaced by load ${second.load_id}`),
    });
    expect([await publicationOf(first, slow), await publicationOf(second, slow)]).toEqual(['withdrawn', 'published']);
  });
});
