import { z } from 'zod';
import { distinctNames } from '../column-names.ts';
import { defineRule } from '../define.ts';
import { failedOf, verbOf } from '../measurement.ts';
import { quoteNames } from '../name.ts';

export const columnsPresent = defineRule({
  title: 'Columns are present',
  help: 'The file has every one of these columns: in its header, its schema, or as a key of at least one record. A column that is there but all NULL is present.',
  config: z.strictObject({ columns: distinctNames(10_000).min(1).meta({ title: 'Columns' }) }),
  scope: 'file',
  counts: 'columns',
  judges: ['count', 'share'],
  min_rows: 0,
  columns: () => [],
  measure: () => ({ aggregates: {} }),
  evaluate: (config, _values, facts) => {
    if (facts.columns_seen === null) return { kind: 'unmeasurable', reason: 'the columns of this file are not known' };
    const seen = new Set(facts.columns_seen);
    const missing = config.columns.filter((name) => !seen.has(name));
    return {
      kind: 'counted',
      checked: BigInt(config.columns.length),
      failed: BigInt(missing.length),
      details: missing.length > 0 ? { missing: quoteNames(missing) } : {},
    };
  },
  finding: (_config, measurement) => {
    const missing = measurement.details['missing'];
    const counted = `${failedOf(measurement, 'columns')} ${verbOf(measurement, 'is', 'are')} missing from the file`;
    return missing === undefined ? counted : `${counted}: ${missing}`;
  },
  examples: [
    {
      name: 'passes when each is there, in any order',
      columns: { a: 'Int64', b: 'String' },
      rows: [{ a: 1, b: 'x' }],
      config: { columns: ['b', 'a'] },
      facts: { columns_seen: ['a', 'b', 'c'] },
      expect: { verdict: 'pass', value: '0' },
    },
    {
      name: 'fails on one that is missing, case counting',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }],
      config: { columns: ['a', 'B'] },
      facts: { columns_seen: ['a', 'b'] },
      expect: { verdict: 'fail', value: '1' },
    },
    {
      name: 'takes a column of NULLs as present',
      columns: { a: 'Int64' },
      rows: [{ a: null }],
      config: { columns: ['a'] },
      facts: { columns_seen: ['a'] },
      expect: { verdict: 'pass' },
    },
    {
      name: 'is an error when the file could not tell its columns',
      columns: { a: 'Int64' },
      rows: [],
      config: { columns: ['a'] },
      facts: { columns_seen: null },
      expect: { verdict: 'error' },
    },
  ],
});
