import { describe, expect, test } from 'vitest';
import { anomalyOf, deterministicId } from './anomaly.ts';
import { didYouMean, nearest } from './nearest.ts';
import type { RuleResult } from './result.ts';

const failed: RuleResult = {
  rule_id: 'amount-present',
  version: '3',
  kind: 'not_null',
  severity: 'high',
  mode: 'active',
  segment: 'country=DE',
  segment_values: ['DE'],
  window: '',
  value: '12',
  measure: 'count',
  expected: 'none',
  verdict: 'fail',
  rows_checked: '1000',
  rows_failed: '12',
  finding: '12 of 1,000 rows (1.2%) have no `amount`; expected none.',
  reason: '',
  statement: 0,
};

describe('an anomaly', () => {
  test('carries its result and the same id whoever computes it', () => {
    const anomaly = anomalyOf('77', failed);
    expect(anomaly).toMatchObject({
      rule_id: 'amount-present',
      severity: 'high',
      verdict: 'fail',
      finding: failed.finding,
    });
    expect(anomaly?.anomaly_id).toMatch(/^[1-9]\d{0,19}$/);
    expect(anomalyOf('77', { ...failed })?.anomaly_id).toBe(anomaly?.anomaly_id);
  });

  test('has an id of its own for each check, rule, segment and window', () => {
    const others: RuleResult[] = [
      failed,
      { ...failed, rule_id: 'other' },
      { ...failed, segment: 'country=FR' },
      { ...failed, window: '2024-01-01T00:00:00Z' },
      { ...failed, segment: '', window: 'country=DE' },
    ];
    const ids = ['77', '78'].flatMap((check_id) => others.map((result) => anomalyOf(check_id, result)?.anomaly_id));
    expect(new Set(ids).size).toBe(10);
  });

  test.each(['pass', 'no_data', 'skipped'] as const)('is not made of %s', (verdict) => {
    expect(anomalyOf('77', { ...failed, verdict })).toBeUndefined();
  });

  test('is not made of a rule in shadow, but of a rule that could not be evaluated', () => {
    expect(anomalyOf('77', { ...failed, mode: 'shadow' })).toBeUndefined();
    expect(anomalyOf('77', { ...failed, verdict: 'error' })?.verdict).toBe('error');
  });
});

test('the id of an anomaly cannot be forged by where a name ends', () => {
  expect(deterministicId(['a', 'b'])).not.toBe(deterministicId(['ab']));
  expect(deterministicId(['ü'])).toBe(deterministicId(['ü']));
});

test.each([
  ['amuont', 'amount'],
  ['AMOUNT', 'amount'],
  ['amout', 'amount'],
  ['cuontry', 'country'],
  ['zzz', undefined],
  ['', undefined],
])('the word nearest to %j is %s', (word, expected) => {
  expect(nearest(word, ['amount', 'country', 'id_of_order'])).toBe(expected);
  expect(didYouMean(word, ['amount', 'country', 'id_of_order'])).toBe(
    expected === undefined ? '' : `, did you mean \`${expected}\`?`,
  );
});
