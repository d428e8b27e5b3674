import { z } from 'zod';
import { count } from '../aggregate.ts';
import { defineRule } from '../define.ts';
import { countOf } from '../measurement.ts';
import { formatCounted, quantity } from '../quantity.ts';

export const rowCount = defineRule({
  title: 'Number of rows',
  help: 'How many rows there are, compared with a threshold such as `fail: { value: "< 10" }`. Rejected records are not rows. No rows at all is a count of 0, not missing data.',
  config: z.strictObject({}),
  scope: 'rows',
  counts: 'rows',
  judges: ['value'],
  min_rows: 0,
  columns: () => [],
  unit: () => 'count',
  measure: () => ({ aggregates: { rows: count() } }),
  evaluate: (_config, values) => {
    const rows = countOf(values, 'rows');
    return { kind: 'valued', checked: rows, value: quantity(rows), details: {} };
  },
  finding: (_config, measurement) =>
    `there ${measurement.checked === 1n ? 'is' : 'are'} ${formatCounted(measurement.checked, 'rows')}`,
  examples: [
    {
      name: 'passes when there are enough',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }, { a: 2 }],
      config: {},
      fail: { value: '< 2' },
      expect: { verdict: 'pass', rows_checked: '2', value: '2', rows_failed: '0' },
    },
    {
      name: 'fails on none at all',
      columns: { a: 'Int64' },
      rows: [],
      config: {},
      fail: { value: '= 0' },
      expect: { verdict: 'fail', value: '0' },
    },
    {
      name: 'counts rows that are all NULL',
      columns: { a: 'Int64' },
      rows: [{ a: null }, {}],
      config: {},
      fail: { value: 'not between 2 and 3' },
      expect: { verdict: 'pass', value: '2' },
    },
    {
      name: 'counts only the rows of its filter',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }, { a: null }, { a: 5 }],
      config: {},
      where: 'a > 2',
      fail: { value: '> 1' },
      expect: { verdict: 'pass', value: '1' },
    },
  ],
});
