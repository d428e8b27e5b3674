import { describe, expect, test } from 'vitest';
import { heatOf, newestShare } from './heat.ts';

describe('null heat', () => {
  test('one null in a million is still visible, and none is not', () => {
    expect(heatOf(0)).toBe(0);
    expect(heatOf(0.000001)).toBeGreaterThanOrEqual(18);
    expect(heatOf(1)).toBe(100);
  });

  test('a column that the newest load lacks tells its last known share', () => {
    expect(newestShare([0.1, 0.2, null])).toBe(0.2);
    expect(newestShare([null])).toBeNull();
  });
});
