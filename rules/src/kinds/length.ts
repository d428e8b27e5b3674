import { z } from 'zod';
import { present } from '../column.ts';
import { defineRule } from '../define.ts';
import { countedRows, failedOf, isWithin, valueMeasure, verbOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { formatCounted } from '../quantity.ts';
import { sql } from '../sql.ts';

const size = z.int().min(0).max(1_000_000_000);

export const length = defineRule({
  title: 'Length of text',
  help: 'Every value has at least min and at most max characters (Unicode code points; a JSON column is measured as written). The empty string has none. NULLs are not checked.',
  config: z
    .strictObject({
      column: z.string().meta({ title: 'Column' }),
      min: size.optional().meta({ title: 'Fewest characters' }),
      max: size.optional().meta({ title: 'Most characters' }),
    })
    .refine((given) => given.min !== undefined || given.max !== undefined, { message: 'give `min`, `max` or both' })
    .refine((given) => (given.min ?? 0) <= (given.max ?? Infinity), {
      path: ['min'],
      message: 'no text has at least `min` and at most `max` characters, because `min` is above `max`: swap them',
    })
    .refine((given) => given.min !== 0 || given.max !== undefined, {
      path: ['min'],
      message: 'every text has at least 0 characters: write 1 or more, or give `max`',
    }),
  scope: 'rows',
  counts: 'values',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => [config.column],
  measure: (config, scope) => {
    const column = scope.column('column', config.column, ['text']);
    return valueMeasure(column, isWithin(sql`lengthUTF8(${present(column)})`, config));
  },
  evaluate: (_config, values) => countedRows(values),
  finding: (config, measurement) =>
    `${failedOf(measurement, 'values')} of ${quoteName(config.column)} ${verbOf(measurement, 'has', 'have')} ${outside(config)}`,
  reason: (config) => `${quoteName(config.column)} has ${outside(config)}`,
  examples: [
    {
      name: 'passes at both bounds, counting letters rather than bytes',
      columns: { name: 'String' },
      rows: [{ name: 'ab' }, { name: 'äöüß' }, { name: '😀😀' }],
      config: { column: 'name', min: 2, max: 4 },
      expect: { verdict: 'pass', rows_checked: '3', rows_failed: '0' },
    },
    {
      name: 'fails on empty and on too long',
      columns: { name: 'String' },
      rows: [{ name: '' }, { name: 'abc' }, { name: 'a' }],
      config: { column: 'name', min: 1, max: 2 },
      expect: { verdict: 'fail', rows_checked: '3', rows_failed: '2', lines: [1, 2] },
    },
    {
      name: 'leaves NULLs out',
      columns: { name: 'String' },
      rows: [{ name: null }, { name: 'a' }],
      config: { column: 'name', min: 1 },
      expect: { verdict: 'pass', rows_checked: '1' },
    },
  ],
});

function outside(config: { readonly min?: number | undefined; readonly max?: number | undefined }): string {
  if (config.min === undefined) return `more than ${characters(config.max ?? 0)}`;
  if (config.max === undefined) return `fewer than ${characters(config.min)}`;
  return `fewer than ${String(config.min)} or more than ${characters(config.max)}`;
}

function characters(count: number): string {
  return formatCounted(BigInt(count), 'characters');
}
