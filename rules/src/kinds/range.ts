import { z } from 'zod';
import { present } from '../column.ts';
import { defineRule } from '../define.ts';
import { parseInstant } from '../instant.ts';
import { boundOf, scalar } from '../literal.ts';
import { countedRows, failedOf, isWithin, valueMeasure, verbOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { RuleProblem } from '../problem.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';

const bound = scalar.superRefine((text, context) => {
  const message = boundProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

export const range = defineRule({
  title: 'Range',
  help: 'Every value lies between min and max, both included. Works on numbers (write long ones and decimals in quotes: they are compared exactly), dates and times (ISO; without an offset a time is UTC). NULLs are not checked; a float that is no number is outside.',
  config: z
    .strictObject({
      column: z.string().meta({ title: 'Column' }),
      min: bound.optional().meta({ title: 'Smallest accepted value' }),
      max: bound.optional().meta({ title: 'Largest accepted value' }),
    })
    .refine((given) => given.min !== undefined || given.max !== undefined, { message: 'give `min`, `max` or both' })
    .refine(({ min, max }) => min === undefined || max === undefined || !isAbove(min, max), {
      path: ['min'],
      message: 'no value is at least `min` and at most `max`, because `min` is above `max`: swap them',
    }),
  scope: 'rows',
  counts: 'values',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => [config.column],
  measure: (config, scope) => {
    const column = scope.column('column', config.column, ['number', 'date', 'time']);
    const bound = (field: 'min' | 'max') => {
      const text = config[field];
      if (text === undefined) return undefined;
      const literal = boundOf(column.type, text);
      if (typeof literal === 'string') throw new RuleProblem([field], literal);
      return literal;
    };
    return valueMeasure(column, isWithin(present(column), { min: bound('min'), max: bound('max') }));
  },
  evaluate: (_config, values) => countedRows(values),
  finding: (config, measurement) =>
    `${failedOf(measurement, 'values')} of ${quoteName(config.column)} ${verbOf(measurement, 'is', 'are')} ${outside(config)}`,
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

/** Which bound no column could be compared with, whatever its type. */
function boundProblem(text: string): string | undefined {
  if (parseInstant(text)) return undefined;
  if (/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) {
    return Number.isFinite(Number(text)) ? undefined : `${text} is beyond every number that a column can hold`;
  }
  return `${JSON.stringify(text)} is neither a number, a date nor a time, such as 12.5, 2024-02-29 or 2024-02-29T10:00:00Z`;
}

/** Whether both are numbers, or both times, and the first lies above; whether they fit the column is found out with it. */
function isAbove(one: string, other: string): boolean {
  const numbers = [parseQuantity(one), parseQuantity(other)] as const;
  if (numbers[0] && numbers[1]) return compareQuantities(numbers[0], numbers[1]) > 0;
  const times = [parseInstant(one), parseInstant(other)] as const;
  return times[0] !== undefined && times[1] !== undefined && times[0].nanoseconds > times[1].nanoseconds;
}

function outside(config: { readonly min?: string | undefined; readonly max?: string | undefined }): string {
  if (config.min === undefined) return `above ${config.max ?? ''}`;
  return config.max === undefined ? `below ${config.min}` : `outside ${config.min} to ${config.max}`;
}
