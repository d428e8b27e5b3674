import { z } from 'zod';
import { present } from '../column.ts';
import { defineRule } from '../define.ts';
import { literalOf, scalar } from '../literal.ts';
import { countedRows, failedOf, valueMeasure, verbOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { RuleProblem } from '../problem.ts';
import { repeatedPlaces } from '../repeated.ts';
import { join, sql } from '../sql.ts';

export const acceptedValues = defineRule({
  title: 'Accepted values',
  help: 'Every value of the column is one of a list, compared exactly and case-sensitively. NULLs and values that do not fit the type are not checked.',
  config: z.strictObject({
    column: z.string().meta({ title: 'Column' }),
    values: z
      .array(scalar)
      .min(1)
      .max(10_000)
      .superRefine((values, context) => {
        for (const place of repeatedPlaces(values)) {
          const message = `${JSON.stringify(values[place])} is here twice: leave it out once`;
          context.addIssue({ code: 'custom', path: [place], message });
        }
      })
      .meta({ title: 'Accepted values' }),
  }),
  scope: 'rows',
  counts: 'values',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => [config.column],
  measure: (config, scope) => {
    const column = scope.column('column', config.column);
    const accepted = config.values.map((text, index) => {
      const literal = literalOf(column.type, text);
      if (typeof literal === 'string') throw new RuleProblem(['values', index], literal);
      return literal;
    });
    return valueMeasure(column, sql`(${present(column)} IN (${join(accepted)}))`);
  },
  evaluate: (_config, values) => countedRows(values),
  finding: (config, measurement) =>
    `${failedOf(measurement, 'values')} of ${quoteName(config.column)} ${verbOf(measurement, 'is', 'are')} not among the ${String(config.values.length)} accepted`,
  reason: (config) => `${quoteName(config.column)} is not an accepted value`,
  examples: [
    {
      name: 'passes when each value is in the list',
      columns: { country: 'String' },
      rows: [{ country: 'DE' }, { country: 'FR' }],
      config: { column: 'country', values: ['DE', 'FR'] },
      expect: { verdict: 'pass', rows_checked: '2', rows_failed: '0' },
    },
    {
      name: 'fails on another value, on another case and on a trailing space',
      columns: { country: 'String' },
      rows: [{ country: 'DE' }, { country: 'de' }, { country: 'DE ' }, { country: 'XX' }],
      config: { column: 'country', values: ['DE', 'FR'] },
      expect: { verdict: 'fail', rows_checked: '4', rows_failed: '3', lines: [2, 3, 4] },
    },
    {
      name: 'leaves NULLs out',
      columns: { country: 'String' },
      rows: [{ country: null }, {}, { country: 'DE' }],
      config: { column: 'country', values: ['DE'] },
      expect: { verdict: 'pass', rows_checked: '1', rows_failed: '0' },
    },
    {
      name: 'compares decimals by value and long integers by every digit',
      columns: { price: 'Decimal(12,2)', id: 'UInt64' },
      rows: [
        { price: '1.50', id: '18446744073709551615' },
        { price: '1.51', id: '18446744073709551614' },
      ],
      config: { column: 'price', values: ['1.5'] },
      expect: { verdict: 'fail', rows_failed: '1', lines: [2] },
    },
    {
      name: 'takes quotes and backslashes as data',
      columns: { word: 'String' },
      rows: [{ word: "it's" }, { word: '\\' }, { word: "') OR 1=1 --" }],
      config: { column: 'word', values: ["it's", '\\'] },
      expect: { verdict: 'fail', rows_failed: '1', lines: [3] },
    },
  ],
});
