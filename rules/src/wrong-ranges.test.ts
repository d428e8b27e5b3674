import { describe, expect, test } from 'vitest';
import { wrongRanges } from './wrong-ranges.ts';

const counted = { measure: 'count', rows_checked: '200' } as const;
const shared = { measure: 'share', rows_checked: '200' } as const;
const valued = { measure: 'value', rows_checked: '200' } as const;

describe('where the values of a rule are wrong', () => {
  test.each([
    ['> 5', counted, { count: '> 5' }, [{ from: '5', to: null }]],
    ['a lower bound', valued, { value: '< 10' }, [{ from: null, to: '10' }]],
    [
      'outside of an interval',
      valued,
      { value: 'not between 10 and 20.5' },
      [
        { from: null, to: '10' },
        { from: '20.5', to: null },
      ],
    ],
    ['inside of an interval', valued, { value: 'between 1 and 2' }, [{ from: '1', to: '2' }]],
    ['a share of rows that were counted', counted, { share: '> 1%' }, [{ from: '2', to: null }]],
    ['a count of rows whose share was measured', shared, { count: '> 1' }, [{ from: '0.005', to: null }]],
    ['a count says nothing about a value', valued, { count: '> 1' }, []],
    ['a share of no rows', { ...counted, rows_checked: '0' }, { share: '> 1%' }, []],
  ] as const)('%s', (_, measured, fail, ranges) => {
    expect(wrongRanges({ fail, warn: null }, measured)).toMatchObject({ fail: ranges, warn: [] });
  });

  test('without thresholds any violation fails, but no value does', () => {
    const none = { fail: null, warn: null };
    expect(wrongRanges(none, counted)).toEqual({ unit: 'count', fail: [{ from: '0', to: null }], warn: [] });
    expect(wrongRanges(none, valued)).toEqual({ unit: 'number', fail: [], warn: [] });
  });

  test('a warning alone fails nothing', () => {
    expect(wrongRanges({ fail: null, warn: { share: '> 2%' } }, shared)).toEqual({
      unit: 'share',
      fail: [],
      warn: [{ from: '0.02', to: null }],
    });
  });

  test.each([
    ['> 1 hour', 'seconds', { from: '3600', to: null }],
    ['< 2026-01-01', 'time', { from: null, to: '2026-01-01T00:00:00.000Z' }],
    ['> 3', 'number', { from: '3', to: null }],
  ] as const)('%s is written as a value in %s is', (value, unit, range) => {
    expect(wrongRanges({ fail: { value }, warn: null }, valued)).toEqual({ unit, fail: [range], warn: [] });
  });
});
