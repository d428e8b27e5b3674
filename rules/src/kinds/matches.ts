import { z } from 'zod';
import { present } from '../column.ts';
import { defineRule } from '../define.ts';
import { countedRows, failedOf, valueMeasure, verbOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { patternProblem } from '../pattern.ts';
import { sql } from '../sql.ts';
import { toldCondition } from '../told-condition.ts';

export const matches = defineRule({
  title: 'Matches a pattern',
  help: 'The RE2 regular expression is found in every value. It may be found anywhere: write ^ and $ to mean the whole value ($ is the very end, not before a last newline; a dot is any character). NULLs are not checked.',
  config: z.strictObject({
    column: z.string().meta({ title: 'Column' }),
    pattern: z
      .string()
      .min(1)
      .max(4_000)
      .superRefine((pattern, context) => {
        const message = patternProblem(pattern);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .meta({ title: 'Pattern (RE2)' }),
  }),
  scope: 'rows',
  counts: 'values',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => [config.column],
  measure: (config, scope) => {
    const column = scope.column('column', config.column, ['text']);
    return valueMeasure(column, sql`match(${present(column)}, ${config.pattern})`);
  },
  evaluate: (_config, values) => countedRows(values),
  finding: (config, measurement, description) =>
    `${failedOf(measurement, 'values')} of ${quoteName(config.column)} ${verbOf(measurement, 'does', 'do')} not match ${toldCondition(config.pattern, description)}`,
  reason: (config, description) =>
    `${quoteName(config.column)} does not match ${toldCondition(config.pattern, description)}`,
  examples: [
    {
      name: 'passes when the pattern is found in each value',
      columns: { code: 'String' },
      rows: [{ code: 'AB-1' }, { code: 'xAB-22x' }],
      config: { column: 'code', pattern: '[A-Z]{2}-\\d+' },
      expect: { verdict: 'pass', rows_checked: '2', rows_failed: '0' },
    },
    {
      name: 'fails where an anchored pattern does not hold, the empty string and a last newline included',
      columns: { code: 'String' },
      rows: [{ code: 'AB' }, { code: 'AB\n' }, { code: '' }, { code: 'ABC' }],
      config: { column: 'code', pattern: '^[A-Z]{2}$' },
      expect: { verdict: 'fail', rows_checked: '4', rows_failed: '3', lines: [2, 3, 4] },
    },
    {
      name: 'leaves NULLs out',
      columns: { code: 'String' },
      rows: [{ code: null }, { code: 'AB' }],
      config: { column: 'code', pattern: '^AB$' },
      expect: { verdict: 'pass', rows_checked: '1', rows_failed: '0' },
    },
    {
      name: 'counts letters, not bytes',
      columns: { code: 'String' },
      rows: [{ code: 'äöü' }, { code: '😀' }],
      config: { column: 'code', pattern: '^.{3}$' },
      expect: { verdict: 'fail', rows_failed: '1', lines: [2] },
    },
  ],
});
