import { z } from 'zod';
import { count } from '../aggregate.ts';
import { isAbsent, isMissing, isTypeError } from '../column.ts';
import { defineRule } from '../define.ts';
import { countedRows, countOf, failedOf, rowMeasure, verbOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { formatCount } from '../quantity.ts';

export const notNull = defineRule({
  title: 'No missing values',
  help: 'Every row has a value in the column. Counts rows where it is null or its key is absent. A value that does not fit its type is not missing: `type_errors` counts those.',
  config: z.strictObject({ column: z.string().meta({ title: 'Column' }) }),
  scope: 'rows',
  counts: 'rows',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => [config.column],
  measure: (config, scope) => {
    const column = scope.column('column', config.column);
    return rowMeasure(
      { failed: isMissing(column) },
      { absent: count(isAbsent(column)), type_errors: count(isTypeError(column)) },
    );
  },
  evaluate: (_config, values) =>
    countedRows(values, {
      absent: String(countOf(values, 'absent')),
      type_errors: String(countOf(values, 'type_errors')),
    }),
  finding: (config, measurement) => {
    const absent = BigInt(measurement.details['absent'] ?? '0');
    const misfits = BigInt(measurement.details['type_errors'] ?? '0');
    return [
      `${failedOf(measurement, 'rows')} ${verbOf(measurement, 'has', 'have')} no ${quoteName(config.column)}`,
      ...(absent > 0n ? [`${formatCount(absent)} of them ${absent === 1n ? 'lacks' : 'lack'} the key`] : []),
      ...(misfits > 0n
        ? [`another ${formatCount(misfits)} ${misfits === 1n ? 'holds' : 'hold'} a value that does not fit its type`]
        : []),
    ].join(', ');
  },
  reason: (config) => `${quoteName(config.column)} is missing`,
  required: (column) => ({ column }),
  examples: [
    {
      name: 'passes when every row has a value, the empty string and zero included',
      columns: { a: 'String', b: 'Int64' },
      rows: [
        { a: '', b: 0 },
        { a: 'x', b: 1 },
      ],
      config: { column: 'a' },
      expect: { verdict: 'pass', rows_checked: '2', rows_failed: '0', value: '0' },
    },
    {
      name: 'fails on a null and on an absent key',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }, { a: null }, {}],
      config: { column: 'a' },
      expect: { verdict: 'fail', rows_checked: '3', rows_failed: '2', value: '2', lines: [2, 3] },
    },
    {
      name: 'does not count a value that does not fit its type',
      columns: { a: 'Int64' },
      rows: [{ a: { type_error: 'x' } }, { a: 1 }],
      config: { column: 'a' },
      expect: { verdict: 'pass', rows_checked: '2', rows_failed: '0' },
    },
    {
      name: 'tolerates a share and warns below it',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }, { a: 1 }, { a: 1 }, { a: null }],
      config: { column: 'a' },
      fail: { share: '> 25%' },
      warn: { share: '> 1%' },
      expect: { verdict: 'warn', rows_failed: '1', value: '0.25' },
    },
  ],
});
