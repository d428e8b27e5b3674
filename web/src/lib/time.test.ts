import { describe, expect, test } from 'vitest';
import { formatCountdown, formatInterval, formatRelative } from './time.ts';

const now = Date.parse('2026-11-20T12:00:00Z');

describe('time on screen', () => {
  test.each([
    ['2026-11-20T11:59:58Z', 'just now'],
    ['2026-11-20T11:57:00Z', '3m ago'],
    ['2026-11-20T14:00:00Z', 'in 2h'],
    ['2026-11-13T12:00:00Z', '1w ago'],
  ])('%s reads %s', (timestamp, text) => {
    expect(formatRelative(timestamp, now)).toBe(text);
  });

  test.each([
    ['2026-11-20T12:06:12Z', '6:12'],
    ['2026-11-20T13:02:03Z', '1:02:03'],
    ['2026-11-20T11:00:00Z', '0:00'],
    ['2026-11-20T12:00:00.400Z', '0:01'],
  ])('the countdown to %s reads %s and never goes below zero', (timestamp, text) => {
    expect(formatCountdown(timestamp, now)).toBe(text);
  });
});

test.each([
  [1, 'second'],
  [5, '5 s'],
  [900, '15 min'],
  [3_600, 'hour'],
  [10_800, '3 h'],
  [2_592_000, '30 d'],
])('an interval of %i s reads per %s', (seconds, text) => {
  expect(formatInterval(seconds)).toBe(text);
});
