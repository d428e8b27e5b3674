import { describe, expect, test } from 'vitest';
import { heatOf, newestShare, worstColumns } from './heat.ts';

const cell = (share: number) => ({ nulls: '0', absent: '0', type_errors: '0', share });
const heat = {
  loads: [],
  columns: [
    { column: 'full', type: 'String', cells: [cell(0), cell(0)] },
    { column: 'once', type: 'String', cells: [cell(0.5), cell(0)] },
    { column: 'gone', type: 'String', cells: [cell(0.2), null] },
    { column: 'worst', type: 'String', cells: [cell(0.1), cell(0.9)] },
  ],
};

describe('null heat', () => {
  test('one null in a million is still visible, and none is not', () => {
    expect(heatOf(0)).toBe(0);
    expect(heatOf(0.000001)).toBeGreaterThanOrEqual(18);
    expect(heatOf(1)).toBe(100);
  });

  test('columns that never miss a value are left out, the newest worst comes first', () => {
    expect(worstColumns(heat, 5).map(({ column }) => column)).toEqual(['worst', 'gone', 'once']);
  });

  test('a column that the newest load lacks tells its last known share', () => {
    expect(newestShare({ column: 'gone', type: 'String', cells: [cell(0.2), null] })).toBe(0.2);
  });
});
