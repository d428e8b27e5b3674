import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatPercent, formatShare, plural, shortValue } from './format.ts';

describe('numbers on screen', () => {
  test('a 64-bit count keeps every digit', () => {
    expect(formatCount('18446744073709551615')).toBe('18,446,744,073,709,551,615');
  });

  test.each([
    [0, '0%'],
    [1, '100%'],
    [0.00001, '<0.01%'],
    [0.999999, '>99.99%'],
    [0.0042, '0.42%'],
    [0.0741, '7.4%'],
    [0.995, '99.50%'],
  ])('a share of %d reads %s: something is never 0%, less than all never 100%%', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  test('a share of nothing is 0%', () => {
    expect(formatShare('0', '0')).toBe('0%');
  });

  test.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [1234, '1.2 s'],
    [59_000, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000 * 4, '4 d'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    ['0', '0 B'],
    ['999', '999 B'],
    ['1234', '1.2 kB'],
    ['285000000', '285 MB'],
  ])('%s bytes read %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    ['0.003327787022', '0.00332779'],
    ['12620.150250417', '12,620.2'],
    ['18446744073709551615', '18,446,744,073,709,551,615'],
    ['2026-11-20T14:00:00Z', '2026-11-20T14:00:00Z'],
  ])('the value %s reads %s where space is short', (exact, text) => {
    expect(shortValue(exact)).toBe(text);
  });

  test('one is singular, everything else plural', () => {
    expect([plural('1', 'row'), plural('0', 'row'), plural(1200, 'row')]).toEqual(['1 row', '0 rows', '1,200 rows']);
  });
});
