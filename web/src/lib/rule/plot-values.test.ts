import { describe, expect, test } from 'vitest';
import type { Result } from '#lib/api.ts';
import { plotValues } from './plot-values.ts';

type Range = Result['limits']['fail'][number];

const result = (
  load_id: string,
  value: string | null,
  change: { measure?: Result['measure']; fail?: Range[]; warn?: Range[]; window?: string } = {},
): Result => ({
  source_id: '1',
  load_id,
  check_id: '1',
  rule_id: 'r',
  version: '1',
  kind: 'metric',
  severity: 'high',
  mode: 'active',
  segment: '',
  window: change.window ?? '',
  value,
  measure: change.measure ?? 'value',
  expected: '',
  verdict: 'pass',
  rows_checked: '0',
  rows_failed: '0',
  finding: '',
  reason: '',
  statement: 0,
  duration_ms: '0',
  judged_at: '2026-11-20T00:00:00.000Z',
  unit: 'number',
  limits: { fail: change.fail ?? [], warn: change.warn ?? [] },
});

const above = (from: string): Range => ({ from, to: null });
const below = (to: string): Range => ({ from: null, to });

describe('the values of a rule', () => {
  test('stand oldest first, the highest above the lowest', () => {
    const { points } = plotValues([result('3', '30'), result('2', '10'), result('1', '20')], 10);
    expect(points.map(({ result, left }) => [result.load_id, Math.round(left)])).toEqual([
      ['1', 17],
      ['2', 50],
      ['3', 83],
    ]);
    const [middle = 0, lowest = 0, highest = 0] = points.map(({ top }) => top);
    expect([highest < middle, middle < lowest]).toEqual([true, true]);
  });

  test('of counts and shares begin at zero', () => {
    const shares = [result('2', '0.5', { measure: 'share' }), result('1', '0.4', { measure: 'share' })];
    expect(plotValues(shares, 10).scale.low).toBe(0);
  });

  test('leave out what is no number, what is measured as something else, and all but the newest', () => {
    const results = [
      result('5', '2026-11-20'),
      result('4', null),
      result('3', '2'),
      result('2', '0.5', { measure: 'share' }),
      result('1', '1'),
    ];
    expect(plotValues(results, 2).points.map(({ result }) => result.load_id)).toEqual(['3']);
    expect(plotValues(results, 3).points.map(({ result }) => result.load_id)).toEqual(['1', '3']);
  });

  test('of windows stand in the order of their time', () => {
    const results = [
      result('1', '1', { window: '2026-11-02T00:00:00Z' }),
      result('1', '2', { window: '2026-11-03T00:00:00Z' }),
    ];
    expect(plotValues(results, 9).points.map(({ value }) => value)).toEqual([1, 2]);
  });

  test('that are all alike lie in the middle, between round numbers', () => {
    const { points, scale } = plotValues([result('2', '5'), result('1', '5')], 10);
    expect(points.map(({ top }) => Math.round(top))).toEqual([50, 50]);
    expect(scale.ticks.map(({ value }) => value)).toContain(5);
  });

  test('that are far off stand beyond the scale, above what is expected, and none is left out', () => {
    const values = ['10', '11', '5000', '12', '10', '11'];
    const { points, bands, zones, scale } = plotValues(
      values.map((value, index) => result(String(index), value, { fail: [below('9'), above('13')] })),
      10,
    );
    expect(points.map(({ value, beyond }) => [value, beyond])).toEqual(
      values.toReversed().map((value) => [Number(value), value === '5000' ? 'above' : null]),
    );
    expect(points.find(({ beyond }) => beyond === 'above')?.top).toBeLessThan(scale.top);
    expect(bands.every(({ top, height }) => top > scale.top && height > 40)).toBe(true);
    expect(zones.map(({ top }) => top)).toContain(0);
  });

  test('that are none have nothing to be drawn', () => {
    expect(plotValues([], 10)).toMatchObject({ points: [], bands: [], zones: [], lines: [] });
  });
});

describe('what is expected', () => {
  test('lies between what is too low and what is too high', () => {
    const { bands, lines, scale } = plotValues([result('1', '15', { fail: [below('10'), above('20')] })], 10);
    const place = (value: number) => (1 - (value - scale.low) / (scale.high - scale.low)) * 100;
    expect(bands).toHaveLength(1);
    expect(bands[0]?.top).toBeCloseTo(place(20));
    expect(bands[0]?.height).toBeCloseTo(place(10) - place(20));
    expect(lines.map(({ level, side, value }) => `${level} ${side} ${value}`)).toEqual([
      'fail below 10',
      'fail above 20',
    ]);
  });

  test('ends where warnings begin, before failures do', () => {
    const { bands, lines, scale } = plotValues(
      [result('1', '0', { measure: 'count', fail: [above('10')], warn: [above('5')] })],
      10,
    );
    expect(bands).toHaveLength(1);
    expect(bands[0]?.top).toBeCloseTo((1 - 5 / scale.high) * 100);
    expect((bands[0]?.top ?? 0) + (bands[0]?.height ?? 0)).toBeCloseTo(100);
    expect(lines.map(({ level }) => level)).toEqual(['fail', 'warn']);
  });

  test('lies beside what warns and what fails', () => {
    const { zones, scale } = plotValues(
      [result('1', '0', { measure: 'count', fail: [above('10')], warn: [above('5')] })],
      10,
    );
    expect(zones.map(({ level }) => level)).toEqual(['warn', 'fail']);
    expect(zones.map(({ top }) => top)).toEqual([0, 0]);
    expect(zones[1]?.height).toBeCloseTo((1 - 10 / scale.high) * 100);
  });

  test('is two bands where the middle is wrong', () => {
    const { bands } = plotValues([result('1', '5', { fail: [{ from: '4', to: '6' }] })], 10);
    expect(bands).toHaveLength(2);
  });

  test('is one band over results that agree, and steps where the rule was changed', () => {
    const agreeing = [result('2', '1', { fail: [above('3')] }), result('1', '1', { fail: [above('3')] })];
    expect(plotValues(agreeing, 10).bands).toMatchObject([{ left: 0, width: 100 }]);
    const changed = [result('2', '1', { fail: [above('2')] }), result('1', '1', { fail: [above('3')] })];
    expect(plotValues(changed, 10).bands.map(({ left, width }) => [left, width])).toEqual([
      [0, 50],
      [50, 50],
    ]);
    expect(plotValues(changed, 10).lines.map(({ value }) => value)).toEqual([3, 2]);
  });

  test('that is far away leaves the values their height', () => {
    const far = plotValues(
      [result('2', '1', { fail: [above('1000')] }), result('1', '2', { fail: [above('1000')] })],
      9,
    );
    expect(far.scale.high).toBeLessThan(3);
    expect(far.lines).toEqual([]);
    expect(far.bands).toMatchObject([{ top: 0, height: 100 }]);
  });

  test('is nowhere when the rule that judged is not known', () => {
    expect(plotValues([result('1', '1')], 9).bands).toEqual([]);
  });
});
