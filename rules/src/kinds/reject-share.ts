import { z } from 'zod';
import { defineRule } from '../define.ts';
import { failedOf } from '../measurement.ts';

export const rejectShare = defineRule({
  title: 'Rejected records',
  help: 'Records of the file that could not be loaded, as a count or a share of all records. A reject keeps its line, raw text and reason.',
  config: z.strictObject({}),
  scope: 'file',
  counts: 'records',
  judges: ['share', 'count'],
  min_rows: 0,
  columns: () => [],
  measure: () => ({ aggregates: {} }),
  evaluate: (_config, _values, facts) => ({
    kind: 'counted',
    checked: BigInt(facts.records),
    failed: BigInt(facts.rejects),
    details: {},
  }),
  finding: (_config, measurement) => `${failedOf(measurement, 'records')} could not be loaded`,
  starter: { rule_id: 'reject-share', config: {}, warn: { share: '> 0' } },
  examples: [
    {
      name: 'passes when every record was loaded',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }],
      config: {},
      facts: { records: '1', rejects: '0' },
      expect: { verdict: 'pass', value: '0' },
    },
    {
      name: 'warns above a share',
      columns: { a: 'Int64' },
      rows: [{ a: 1 }],
      config: {},
      warn: { share: '> 0' },
      facts: { records: '1000000', rejects: '1' },
      expect: { verdict: 'warn', value: '0.000001' },
    },
    {
      name: 'passes on an empty file',
      columns: { a: 'Int64' },
      rows: [],
      config: {},
      warn: { share: '> 0' },
      facts: { records: '0', rejects: '0' },
      expect: { verdict: 'pass', value: '0' },
    },
    {
      name: 'fails on a count',
      columns: { a: 'Int64' },
      rows: [{ a: null }],
      config: {},
      fail: { count: '>= 2' },
      facts: { records: '3', rejects: '2' },
      expect: { verdict: 'fail', value: '2' },
    },
  ],
});
