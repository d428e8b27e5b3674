import { expect, test } from 'vitest';
import { runPeriodically } from './periodically.ts';

test('a turn that fails is told, the next one comes, and none comes after the end', async () => {
  const stopping = new AbortController();
  const failures: unknown[] = [];
  let turns = 0;
  await runPeriodically(
    async () => {
      turns += 1;
      if (turns === 2) throw new Error('not this time');
      if (turns === 4) stopping.abort();
    },
    { every_ms: 1, signal: stopping.signal, failed: (error) => failures.push(error) },
  );
  expect(turns).toBe(4);
  expect(failures).toEqual([new Error('not this time')]);
});

test('what ends in the middle of a pause does not wait for its end', async () => {
  const stopping = new AbortController();
  let turns = 0;
  const running = runPeriodically(async () => (turns += 1), {
    every_ms: 3_600_000,
    signal: stopping.signal,
    failed: () => {},
  });
  stopping.abort();
  await running;
  expect(turns).toBe(1);
});
