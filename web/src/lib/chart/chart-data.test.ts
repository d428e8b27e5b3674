import { describe, expect, test } from 'vitest';
import { loneValues, nearestValue, plotColumns, stepValue } from './chart-data.ts';

const at = (minute: number) => new Date(minute * 60_000).toISOString();

describe('chart data', () => {
  test('a missing interval is a hole, never a line across it', () => {
    const points = [0, 1, 4].map((minute) => ({ at: at(minute), value: '5' }));
    expect(plotColumns(points, 60)).toEqual({ times: [0, 60, 120, 240], values: [5, 5, null, 5] });
  });

  test('an interval without a value is a hole, not zero', () => {
    expect(plotColumns([{ at: at(0), value: null }], 60).values).toEqual([null]);
  });

  test('a value between holes gets a dot', () => {
    expect(loneValues([1, null, 2, null, 3, 4])).toEqual([0, 2]);
  });

  test('the cursor lands on values and steps over holes', () => {
    const columns = { times: [0, 60, 120, 180], values: [1, null, null, 2] };
    expect(nearestValue(columns, 70)).toBe(0);
    expect(stepValue(columns.values, 0, 1)).toBe(3);
    expect(stepValue(columns.values, 3, 1)).toBe(3);
    expect(nearestValue({ times: [], values: [] }, 1)).toBe(-1);
  });
});
