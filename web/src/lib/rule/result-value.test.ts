import { expect, test } from 'vitest';
import { resultValue } from './result-value.ts';

test.each([
  ['share', '0.333333', '33.3%'],
  ['share', '0', '0%'],
  ['count', '1234567', '1,234,567'],
  ['count', '9007199254740993', '9,007,199,254,740,993'],
  ['value', '127.497833', '127.498'],
  ['value', '12620.71', '12,620.71'],
  ['value', '-1224.9', '-1,224.9'],
  ['value', '2026-11-20', '2026-11-20'],
  ['value', null, '–'],
] as const)('a %s of %s is shown as %s', (measure, value, shown) => {
  expect(resultValue({ measure, value, unit: null })).toBe(shown);
});

test('an age is shown in units of time', () => {
  expect(resultValue({ measure: 'value', value: '93600', unit: 'seconds' })).toBe('1 d 2 h');
});
