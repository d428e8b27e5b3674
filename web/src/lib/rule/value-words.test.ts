import { expect, test } from 'vitest';
import type { Result } from '#lib/api.ts';
import { plotValues } from './plot-values.ts';
import { tellLimits, tellPlot, tellPoint } from './value-words.ts';

const results = (...values: string[]) =>
  values.map((value, index): Result => ({
    source_id: '1',
    load_id: String(index),
    check_id: '1',
    rule_id: 'r',
    version: '1',
    kind: 'not_null',
    severity: 'high',
    mode: 'active',
    segment: '',
    window: '',
    value,
    measure: 'share',
    expected: 'share at most 5%',
    verdict: Number(value) > 0.05 ? 'fail' : 'pass',
    rows_checked: '0',
    rows_failed: '0',
    finding: '',
    reason: '',
    statement: 0,
    duration_ms: '0',
    judged_at: '2026-11-20T00:00:00.000Z',
    unit: 'share',
    limits: { fail: [{ from: '0.05', to: null }], warn: [] },
  }));

test('a chart is told by its range, its newest value, its limits, and what did not pass', () => {
  expect(tellPlot(plotValues(results('0.01', '0.02'), 9))).toBe(
    'The value in the last 2 results, 1% to 2%; now 1.0%, expected share at most 5%; fails above 5%; all passed',
  );
  expect(tellPlot(plotValues([], 9))).toBe('');
});

test('what stands beyond the scale is told with its real value, in the chart and at its point', () => {
  const plot = plotValues(results('0.01', '0.02', '0.9', '0.03', '0.02'), 9);
  expect(tellPlot(plot)).toMatch(/, 1% to 90%; .*; 1 did not pass; 1 above the scale: 90%$/);
  expect(plot.points.map(tellPoint).filter((words) => words.includes('the scale'))).toEqual([
    expect.stringMatching(/^Fail: 90(\.0)?%, above the scale, expected share at most 5%; /),
  ]);
});

test('a limit is told with the side that is wrong', () => {
  const [result] = results('0.01');
  expect(result && tellLimits(result)).toEqual([{ level: 'fail', value: 0.05, text: 'Fails above 5%' }]);
});
