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
    ['an age', valued, { value: '> 1 hour' }, [{ from: '3600', to: null }]],
    ['a count says nothing about a value', valued, { count: '> 1' }, []],
    ['a share of no rows', { ...counted, rows_checked: '0' }, { share: '> 1%' }, []],
  ] as const)('%s', (_, measured, fail, ranges) => {
    expect(wrongRanges({ fail, warn: null }, measured)).toEqual({ fail: ranges, warn: [] });
  });

  test('without thresholds any violation fails, but no value does', () => {
    expect(wrongRanges({ fail: null, warn: null }, counted)).toEqual({ fail: [{ from: '0', to: null }], warn: [] });
    expect(wrongRanges({ fail: null, warn: null }, valued)).toEqual({ fail: [], warn: [] });
  });

  test('a warning alone fails nothing', () => {
    expect(wrongRanges({ fail: null, warn: { share: '> 2%' } }, shared)).toEqual({
      fail: [],
      warn: [{ from: '0.02', to: null }],
    });
  });
});
