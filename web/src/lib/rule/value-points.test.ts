import { describe, expect, test } from 'vitest';
import type { Result } from '#lib/api.ts';
import { valuePoints } from './value-points.ts';

const result = (load_id: string, value: string | null, measure: Result['measure'] = 'value'): Result => ({
  source_id: '1',
  load_id,
  check_id: '1',
  rule_id: 'r',
  version: '1',
  kind: 'metric',
  severity: 'high',
  mode: 'active',
  segment: '',
  window: '',
  value,
  measure,
  expected: '',
  verdict: 'pass',
  rows_checked: '0',
  rows_failed: '0',
  finding: '',
  reason: '',
  statement: 0,
  duration_ms: '0',
  judged_at: '2026-11-20T00:00:00.000Z',
});

describe('the values of a rule', () => {
  test('stand oldest first, the highest at the top and the lowest at the bottom', () => {
    const { points, low, high } = valuePoints([result('3', '30'), result('2', '10'), result('1', '20')], 10);
    expect(points.map(({ result, left, top }) => [result.load_id, Math.round(left), top])).toEqual([
      ['1', 17, 50],
      ['2', 50, 100],
      ['3', 83, 0],
    ]);
    expect([low, high]).toEqual([10, 30]);
  });

  test('of counts and shares begin at zero', () => {
    expect(valuePoints([result('2', '0.5', 'share'), result('1', '0.4', 'share')], 10).low).toBe(0);
  });

  test('leave out what is no number, and all but the newest', () => {
    const { points } = valuePoints(
      [result('4', '2026-11-20'), result('3', null), result('2', '2'), result('1', '1')],
      1,
    );
    expect(points.map(({ result }) => result.load_id)).toEqual(['2']);
  });

  test('that are all alike lie in the middle', () => {
    expect(valuePoints([result('2', '5'), result('1', '5')], 10).points.map(({ top }) => top)).toEqual([50, 50]);
  });
});
