import { z } from 'zod';
import { count } from '../aggregate.ts';
import { stored } from '../column.ts';
import { defineRule, type RuleScope } from '../define.ts';
import { formatDuration } from '../duration.ts';
import { formatInstant, parseInstant } from '../instant.ts';
import { countOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { quantity } from '../quantity.ts';
import { RuleProblem } from '../problem.ts';
import { sql } from '../sql.ts';

export const freshness = defineRule({
  title: 'Freshness',
  help: 'The age of the newest value of a date or time column, the event time of the source unless another is named, compared with a threshold such as `fail: { value: "> 24 hours" }`. Judged when the file is checked; a backfill is judged at the file’s own time. NULLs are left out; a time in the future has a negative age.',
  config: z.strictObject({ column: z.string().optional().meta({ title: 'Column (event time when left out)' }) }),
  scope: 'rows',
  counts: 'values',
  judges: ['value'],
  min_rows: 1,
  columns: (config, scope) => [nameOf(config, scope)],
  unit: () => 'seconds',
  measure: (config, scope) => {
    const column = scope.column('column', nameOf(config, scope), ['date', 'time']);
    if (column.masked) {
      throw new RuleProblem(['column'], `column ${quoteName(column.name)} is masked: its newest value is not shown`);
    }
    const value = stored(column);
    return { aggregates: { checked: count(sql`isNotNull(${value})`), newest: { call: 'max', values: [value] } } };
  },
  evaluate: (config, values, facts) => {
    const checked = countOf(values, 'checked');
    const newest = parseInstant(values['newest'] ?? '');
    const judged = parseInstant(facts.judged_at);
    if (!judged) return { kind: 'unmeasurable', reason: `the time to judge at is not readable: ${facts.judged_at}` };
    if (!newest) {
      const name = config.column === undefined ? 'the event time' : quoteName(config.column);
      return { kind: 'empty', checked, reason: `${name} has no values to measure` };
    }
    return {
      kind: 'valued',
      checked,
      value: quantity(judged.nanoseconds - newest.nanoseconds, 1_000_000_000n),
      details: { newest: formatInstant(newest.nanoseconds, 0), judged_at: formatInstant(judged.nanoseconds, 0) },
    };
  },
  finding: (_config, measurement) => {
    const value = measurement.kind === 'valued' ? measurement.value : quantity(0n);
    const { newest = '', judged_at: at = '' } = measurement.details;
    return `the newest value is from ${newest}, ${formatDuration(value)} old at ${at}`;
  },
  examples: [
    {
      name: 'passes within the age',
      columns: { at: 'DateTime64(3)' },
      rows: [{ at: '2024-01-01 00:00:00.000' }, { at: '2024-01-02 00:00:00.000' }],
      config: { column: 'at' },
      fail: { value: '> 24 hours' },
      facts: { judged_at: '2024-01-03T00:00:00Z' },
      expect: { verdict: 'pass', value: '86400' },
    },
    {
      name: 'fails a millisecond beyond it, on the event time of the source',
      columns: { at: 'DateTime64(3)' },
      rows: [{ at: '2024-01-01 23:59:59.999' }, { at: null }],
      config: {},
      event_time: 'at',
      fail: { value: '> 1 day' },
      facts: { judged_at: '2024-01-03T00:00:00Z' },
      expect: { verdict: 'fail', value: '86400.001', rows_checked: '1' },
    },
    {
      name: 'proves nothing when every time is NULL',
      columns: { at: 'DateTime64(3)' },
      rows: [{ at: null }],
      config: { column: 'at' },
      fail: { value: '> 1 day' },
      expect: { verdict: 'no_data', value: null },
    },
    {
      name: 'takes a date as its first moment',
      columns: { day: 'Date' },
      rows: [{ day: '2024-01-01' }],
      config: { column: 'day' },
      fail: { value: '> 36 h' },
      facts: { judged_at: '2024-01-02T12:00:00Z' },
      expect: { verdict: 'pass', value: '129600' },
    },
  ],
});

function nameOf(config: { readonly column?: string | undefined }, scope: RuleScope): string {
  const name = config.column ?? scope.event_time;
  if (name === null) throw new RuleProblem(['column'], 'the source has no `event_time`: name the column to judge');
  return name;
}
