import { z } from 'zod';
import { count } from '../aggregate.ts';
import { defineRule } from '../define.ts';
import { countedRows, countOf, failedOf, rowMeasure, verbOf } from '../measurement.ts';
import { formatCount } from '../quantity.ts';
import { sql } from '../sql.ts';
import { toldCondition } from '../told-condition.ts';

export const rowExpression = defineRule({
  title: 'Expression',
  help: 'A condition over the columns of a row, such as `total = price * quantity`. A row fails where it is false. Where it is neither true nor false because a value is NULL, the row is not checked and counted apart. A path such as `payload.user.id` reaches into a JSON column and is text; JSON with a number beyond 64 bits cannot be reached into and reads as NULL.',
  config: z.strictObject({ expression: z.string().min(1).max(10_000).meta({ title: 'Condition' }) }),
  scope: 'rows',
  counts: 'rows',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config, scope) => scope.expression('expression', config.expression).columns,
  measure: (config, scope) => {
    const condition = scope.expression('expression', config.expression).sql;
    return rowMeasure(
      { checked: sql`isNotNull(${condition})`, failed: sql`ifNull(NOT ${condition}, 0)` },
      { unknown: count(sql`isNull(${condition})`) },
    );
  },
  evaluate: (_config, values) => countedRows(values, { unknown: String(countOf(values, 'unknown')) }),
  finding: (config, measurement, description) => {
    const unknown = BigInt(measurement.details['unknown'] ?? '0');
    const apart = unknown > 0n ? `, and ${formatCount(unknown)} could not be checked because a value is NULL` : '';
    return `${failedOf(measurement, 'rows')} ${verbOf(measurement, 'does', 'do')} not meet ${toldCondition(config.expression, description)}${apart}`;
  },
  reason: (config, description) => `does not meet ${toldCondition(config.expression, description)}`,
  examples: [
    {
      name: 'passes when it holds in every row',
      columns: { price: 'Decimal(12,2)', quantity: 'Int64', total: 'Decimal(12,2)' },
      rows: [{ price: '1.10', quantity: 3, total: '3.30' }],
      config: { expression: 'total = price * quantity' },
      expect: { verdict: 'pass', rows_checked: '1', rows_failed: '0' },
    },
    {
      name: 'fails where it is false',
      columns: { status: 'String', 'paid at': 'DateTime64(3)' },
      rows: [
        { status: 'paid', 'paid at': '2024-01-01 00:00:00.000' },
        { status: 'paid', 'paid at': null },
        { status: 'open', 'paid at': null },
      ],
      config: { expression: "status <> 'paid' OR `paid at` IS NOT NULL" },
      expect: { verdict: 'fail', rows_checked: '3', rows_failed: '1', lines: [2] },
    },
    {
      name: 'does not check a row where a NULL decides',
      columns: { low: 'Int64', high: 'Int64' },
      rows: [{ low: 1, high: 2 }, { low: null, high: 2 }, { low: 3 }],
      config: { expression: 'low <= high' },
      expect: { verdict: 'pass', rows_checked: '1', rows_failed: '0' },
    },
    {
      name: 'reaches into JSON by path',
      columns: { payload: 'JSON' },
      rows: [{ payload: '{"user":{"id":"7"}}' }, { payload: '{"user":{}}' }, { payload: '{"user":{"id":"x"}}' }],
      config: { expression: "payload.user.id IS NULL OR payload.user.id <> 'x'" },
      expect: { verdict: 'fail', rows_checked: '3', rows_failed: '1', lines: [3] },
    },
  ],
});
