import { expect, test } from 'vitest';
import { retryDelay, retryDelays_ms } from './retry-delay.ts';

const plan = { delays_ms: retryDelays_ms, asked_ms: null, spread: 0.5 };
const hour = 3_600_000;

test('from five seconds to a day, ten attempts over about three and a half days', () => {
  const delays = Array.from({ length: 10 }, (_, place) => retryDelay(place + 1, plan));
  expect(delays[0]).toBe(5_000);
  expect(delays[8]).toBe(24 * hour);
  expect(delays[9]).toBeNull();
  const total = delays.reduce<number>((sum, delay) => sum + (delay ?? 0), 0);
  expect(total / hour).toBeCloseTo(75.6, 0);
});

test('a receiver that asks for more gets it, up to a day', () => {
  expect(retryDelay(1, { ...plan, asked_ms: 120_000 })).toBe(120_000);
  expect(retryDelay(1, { ...plan, asked_ms: 1_000 })).toBe(5_000);
  expect(retryDelay(1, { ...plan, asked_ms: 999 * hour })).toBe(24 * hour);
});

test('spreads by a tenth', () => {
  expect(retryDelay(2, { ...plan, spread: 0 })).toBe(270_000);
  expect(retryDelay(2, { ...plan, spread: 1 })).toBe(330_000);
});
