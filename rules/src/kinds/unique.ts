import { z } from 'zod';
import { count } from '../aggregate.ts';
import { present, stored } from '../column.ts';
import { distinctNames } from '../column-names.ts';
import { defineRule } from '../define.ts';
import { countedRows, countOf, failedOf, verbOf } from '../measurement.ts';
import { quoteNames } from '../name.ts';
import { formatCounted } from '../quantity.ts';
import { allOf, join, sql } from '../sql.ts';

export const unique = defineRule({
  title: 'Unique',
  help: 'No two rows share the value of the column, or the combination of the columns. Counts every row whose key repeats (two equal rows are two), and beside it the extra rows (one of two). Exact. Rows with a NULL in the key are not checked.',
  config: z.strictObject({ columns: distinctNames(32).min(1).meta({ title: 'Columns of the key' }) }),
  scope: 'rows',
  counts: 'rows',
  judges: ['count', 'share'],
  min_rows: 1,
  columns: (config) => config.columns,
  measure: (config, scope) => {
    const columns = config.columns.map((name) => scope.column('columns', name));
    const key = columns.map(stored);
    const when = allOf(key.map((value) => sql`isNotNull(${value})`));
    return {
      aggregates: {
        checked: count(when),
        // As many hashes as rows prove as many keys as rows; only fewer leave the question open, and then keys are counted.
        hashes: { call: 'distinct_exact', values: [sql`xxh3(${join(columns.map(present))})`], when, heavy: true },
      },
      grouping: {
        key,
        when,
        having: sql`n > 1`,
        aggregates: {
          failed: sql`sumIf(n, n > 1)`,
          repeated: sql`countIf(n > 1)`,
          distinct: sql`count()`,
        },
        needed: (values) => countOf(values, 'hashes') < countOf(values, 'checked'),
      },
    };
  },
  evaluate: (_config, values) => {
    const checked = countOf(values, 'checked');
    if (countOf(values, 'hashes') === checked) {
      return { kind: 'counted', checked, failed: 0n, details: { distinct: String(checked), extra_rows: '0' } };
    }
    const distinct = countOf(values, 'distinct');
    return countedRows(values, {
      distinct: String(distinct),
      repeated: String(countOf(values, 'repeated')),
      extra_rows: String(checked - distinct),
    });
  },
  finding: (config, measurement) => {
    const counted = `${failedOf(measurement, 'rows')} ${verbOf(measurement, 'shares its', 'share their')} ${quoteNames(config.columns)} with another row`;
    const { repeated, extra_rows: extra } = measurement.details;
    if (repeated === undefined || extra === undefined) return counted;
    return `${counted}: ${formatCounted(BigInt(repeated), 'keys')} ${repeated === '1' ? 'repeats' : 'repeat'}, ${formatCounted(BigInt(extra), 'rows')} too many`;
  },
  reason: (config) => `another row has the same ${quoteNames(config.columns)}`,
  examples: [
    {
      name: 'passes when no key repeats',
      columns: { id: 'String' },
      rows: [{ id: 'a' }, { id: 'A' }, { id: '' }],
      config: { columns: ['id'] },
      expect: { verdict: 'pass', rows_checked: '3', rows_failed: '0' },
    },
    {
      name: 'counts all rows whose key repeats',
      columns: { id: 'Int64' },
      rows: [{ id: 1 }, { id: 2 }, { id: 2 }, { id: 3 }, { id: 3 }, { id: 3 }],
      config: { columns: ['id'] },
      expect: { verdict: 'fail', rows_checked: '6', rows_failed: '5', value: '5', lines: [2, 3, 4, 5, 6] },
    },
    {
      name: 'leaves rows with a NULL in the key out',
      columns: { a: 'Int64', b: 'String' },
      rows: [{ a: 1, b: null }, { a: 1, b: null }, { a: null, b: 'x' }, { b: 'x' }, { a: 1, b: 'x' }],
      config: { columns: ['a', 'b'] },
      expect: { verdict: 'pass', rows_checked: '1', rows_failed: '0' },
    },
    {
      name: 'keeps the columns of a key apart',
      columns: { a: 'String', b: 'String' },
      rows: [
        { a: 'x', b: 'yz' },
        { a: 'xy', b: 'z' },
        { a: 'xy', b: 'z' },
      ],
      config: { columns: ['a', 'b'] },
      expect: { verdict: 'fail', rows_failed: '2', lines: [2, 3] },
    },
    {
      name: 'tolerates a share',
      columns: { id: 'Int64' },
      rows: [{ id: 1 }, { id: 1 }, { id: 2 }, { id: 3 }],
      config: { columns: ['id'] },
      fail: { share: '> 50%' },
      expect: { verdict: 'pass', rows_failed: '2', value: '0.5' },
    },
  ],
});
