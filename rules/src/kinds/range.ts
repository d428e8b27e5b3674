import { z } from 'zod';
import { present, stored } from '../column.ts';
import { defineRule } from '../define.ts';
import { boundOf, scalar } from '../literal.ts';
import { countedRows, failedOf, rowMeasure } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { RuleProblem } from '../problem.ts';
import { allOf, sql } from '../sql.ts';

export const range = defineRule({
  title: 'Range',
  help: 'Every value lies between min and max, both included. Works on numbers (write long ones and decimals in quotes: they are compared exactly), dates and times (ISO; without an offset a time is UTC). NULLs are not checked; a float that is no number is outside.',
  config: z
    .strictObject({
      column: z.string().meta({ title: 'Column' }),
      min: scalar.optional().meta({ title: 'Smallest accepted value' }),
      max: scalar.optional().meta({ title: 'Largest accepted value' }),
    })
    .refine((given) => given.min !== undefined || given.max !== undefined, { message: 'give `min`, `max` or both' }),
  scope: 'rows',
  counts: 'values',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => [config.column],
  measure: (config, scope) => {
    const column = scope.column('column', config.column, ['number', 'date', 'time']);
    const bound = (field: 'min' | 'max', text: string) => {
      const literal = boundOf(column.type, text);
      if (typeof literal === 'string') throw new RuleProblem([field], literal);
      return literal;
    };
    const value = present(column);
    const inside = allOf([
      ...(config.min === undefined ? [] : [sql`${value} >= ${bound('min', config.min)}`]),
      ...(config.max === undefined ? [] : [sql`${value} <= ${bound('max', config.max)}`]),
    ]);
    const checked = sql`isNotNull(${stored(column)})`;
    return rowMeasure({ checked, failed: sql`(${checked} AND NOT ${inside})` });
  },
  evaluate: (_config, values) => countedRows(values),
  finding: (config, measurement) =>
    `${failedOf(measurement, 'values')} of ${quoteName(config.column)} are ${outside(config)}`,
  reason: (config) => `${quoteName(config.column)} is ${outside(config)}`,
  examples: [
    {
      name: 'passes at both bounds',
      columns: { n: 'Int64' },
      rows: [{ n: 0 }, { n: 10 }],
      config: { column: 'n', min: 0, max: 10 },
      expect: { verdict: 'pass', rows_checked: '2', rows_failed: '0' },
    },
    {
      name: 'fails one step outside a decimal bound',
      columns: { amount: 'Decimal(12,2)' },
      rows: [{ amount: '-0.01' }, { amount: '0.00' }, { amount: '99.99' }, { amount: '100.00' }],
      config: { column: 'amount', min: '0', max: '99.995' },
      expect: { verdict: 'fail', rows_checked: '4', rows_failed: '2', lines: [1, 4] },
    },
    {
      name: 'leaves NULLs out',
      columns: { n: 'Int64' },
      rows: [{ n: null }, { n: { type_error: 'x' } }, { n: 5 }],
      config: { column: 'n', min: 1 },
      expect: { verdict: 'pass', rows_checked: '1' },
    },
    {
      name: 'compares 64-bit integers by every digit',
      columns: { n: 'UInt64' },
      rows: [{ n: '9007199254740993' }, { n: '18446744073709551615' }],
      config: { column: 'n', max: '9007199254740992' },
      expect: { verdict: 'fail', rows_failed: '2' },
    },
    {
      name: 'takes times with an offset',
      columns: { at: 'DateTime64(3)', day: 'Date' },
      rows: [
        { at: '2024-03-01 00:00:00.000', day: '2024-03-01' },
        { at: '2024-02-29 22:59:59.999', day: '2024-02-29' },
      ],
      config: { column: 'at', min: '2024-03-01T00:00:00+01:00' },
      expect: { verdict: 'fail', rows_failed: '1', lines: [2] },
    },
    {
      name: 'counts a float that is no number as outside',
      columns: { x: 'Float64' },
      rows: [{ x: 'nan' }, { x: 1.5 }],
      config: { column: 'x', min: 0, max: 2 },
      expect: { verdict: 'fail', rows_failed: '1', lines: [1] },
    },
  ],
});

function outside(config: { readonly min?: string | undefined; readonly max?: string | undefined }): string {
  if (config.min === undefined) return `above ${config.max ?? ''}`;
  return config.max === undefined ? `below ${config.min}` : `outside ${config.min} to ${config.max}`;
}
