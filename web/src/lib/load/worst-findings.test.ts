import { describe, expect, test } from 'vitest';
import { worstFindings } from './worst-findings.ts';

const anomaly = {
  rule_id: 'complete',
  segment: '',
  window: '',
  verdict: 'fail',
  severity: 'high',
  finding: 'There are 18 rows; expected at least 20.',
  evidence: '0',
  rows_failed: '0',
} as const;
const hour = (at: string) => ({ ...anomaly, window: `2026-11-11T${at}:00:00Z` });

describe('the worst findings of a load', () => {
  test('name the rule and the part of the file they are true of', () => {
    const [found] = worstFindings([{ ...hour('09'), segment: 'country=DE' }]);
    expect(found).toEqual({
      rule_id: 'complete',
      segment: 'country=DE',
      part: 'country=DE, from 2026-11-11T09:00:00Z',
      text: 'There are 18 rows; expected at least 20.',
      elsewhere: '',
      rows: null,
    });
  });

  test('say a rule once, however many windows fail it', () => {
    const other = { ...anomaly, rule_id: 'known', severity: 'medium' } as const;
    const found = worstFindings([other, hour('09'), hour('10'), hour('11')]);
    expect(found.map(({ rule_id, part, elsewhere }) => [rule_id, part, elsewhere])).toEqual([
      ['complete', 'from 2026-11-11T09:00:00Z', 'Also in 2 more windows.'],
      ['known', '', ''],
    ]);
  });

  test('speak of the part with most failed rows', () => {
    const segment = (name: string, rows_failed: string) => ({ ...anomaly, segment: name, rows_failed });
    const found = worstFindings([segment('a=1', '9'), segment('a=2', '10'), segment('a=3', '2')]);
    expect(found.map(({ part }) => part)).toEqual(['a=2']);
  });

  test('put what fails before what warns, and the severe first', () => {
    const named = (rule_id: string, verdict: 'fail' | 'warn', severity: 'critical' | 'medium') =>
      worstFindings([
        { ...anomaly, rule_id: 'low', severity: 'low' },
        { ...anomaly, rule_id, verdict, severity },
      ]).map((found) => found.rule_id);
    expect(named('warned', 'warn', 'critical')).toEqual(['low', 'warned']);
    expect(named('failed', 'fail', 'medium')).toEqual(['failed', 'low']);
  });

  test.each([
    [[{ segment: 'a=1' }, { segment: 'a=2' }], 'Also in 1 more segment.'],
    [[{ segment: 'a=1' }, { segment: 'a=2', window: '2026-01-01T00:00:00Z' }], 'Also in 1 more part.'],
  ])('count %j as what it is', (parts, elsewhere) => {
    expect(worstFindings(parts.map((part) => ({ ...anomaly, ...part })))[0]?.elsewhere).toBe(elsewhere);
  });

  test.each([
    ['3', '3', 'Show the 3 rows'],
    ['100', '3335', 'Show some of the 3,335 rows'],
    ['0', '5', null],
  ])('promise of rows, with %s kept of %s, what is kept', (evidence, rows_failed, rows) => {
    expect(worstFindings([{ ...anomaly, evidence, rows_failed }])[0]?.rows).toBe(rows);
  });
});
