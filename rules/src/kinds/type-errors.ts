import { z } from 'zod';
import type { Aggregate } from '../aggregate.ts';
import { isTypeError } from '../column.ts';
import { distinctNames } from '../column-names.ts';
import { defineRule } from '../define.ts';
import { countedRows, countOf, failedOf, rowMeasure, verbOf } from '../measurement.ts';
import { quoteNames } from '../name.ts';
import { formatCounted } from '../quantity.ts';
import { anyOf, sql } from '../sql.ts';

export const typeErrors = defineRule({
  title: 'Values that do not fit their type',
  help: 'Rows with a value that does not fit its declared type, in any column or in the chosen ones. The row is kept, its column is NULL and the text is kept beside it. A null is no type error.',
  config: z.strictObject({
    columns: distinctNames(10_000).min(1).optional().meta({ title: 'Columns (all when left out)' }),
  }),
  scope: 'rows',
  counts: 'rows',
  judges: ['count', 'share'],
  min_rows: 0,
  columns: (config) => config.columns ?? [],
  measure: (config, scope) => {
    const columns = config.columns?.map((name) => scope.column('columns', name));
    const failed = columns ? anyOf(columns.map(isTypeError)) : sql`notEmpty(_assay_type_errors)`;
    const one = sql`1`;
    const values: Aggregate = columns
      ? {
          call: 'sum',
          values: [sql`(${columns.reduce((total, column) => sql`${total} + ${isTypeError(column)}`, sql`0`)})`],
        }
      : { call: 'sum', values: [sql`length(_assay_type_errors)`] };
    return rowMeasure({ checked: one, failed }, { values });
  },
  evaluate: (_config, values) => countedRows(values, { values: String(countOf(values, 'values')) }),
  finding: (config, measurement) => {
    const where = config.columns ? ` in ${quoteNames(config.columns)}` : '';
    const values = BigInt(measurement.details['values'] ?? '0');
    return `${failedOf(measurement, 'rows')} ${verbOf(measurement, 'holds', 'hold')} a value that does not fit its type${where} (${formatCounted(values, 'values')})`;
  },
  reason: (config) => `a value${config.columns ? ` of ${quoteNames(config.columns)}` : ''} does not fit its type`,
  starter: { rule_id: 'type-errors', config: {}, warn: { count: '> 0' } },
  examples: [
    {
      name: 'passes when every value fits',
      columns: { a: 'Int64', b: 'Date' },
      rows: [{ a: 1, b: '2024-02-29' }],
      config: {},
      expect: { verdict: 'pass', rows_checked: '1', rows_failed: '0' },
    },
    {
      name: 'counts a row once however many of its values misfit',
      columns: { a: 'Int64', b: 'Date' },
      rows: [{ a: { type_error: 'x' }, b: { type_error: '2023-02-29' } }, { a: 1, b: { type_error: '' } }, { a: 2 }],
      config: {},
      expect: { verdict: 'fail', rows_checked: '3', rows_failed: '2', lines: [1, 2] },
    },
    {
      name: 'takes no null for a type error',
      columns: { a: 'Int64', b: 'Date' },
      rows: [{ a: null, b: { type_error: 'x' } }, {}],
      config: { columns: ['a'] },
      expect: { verdict: 'pass', rows_checked: '2', rows_failed: '0' },
    },
    {
      name: 'warns only, as every new source does at the beginning',
      columns: { a: 'Int64' },
      rows: [{ a: { type_error: '1.5' } }],
      config: {},
      warn: { count: '> 0' },
      expect: { verdict: 'warn', rows_failed: '1' },
    },
  ],
});
