import type { Anomaly, Result } from '@assay/clickhouse';
import { describe, expect, test } from 'vitest';
import { judgements } from './judgements.ts';

function result(change: Partial<Result>): Result {
  return {
    source_id: '1',
    load_id: '2',
    check_id: '3',
    rule_id: 'amount-present',
    version: '1',
    kind: 'not_null',
    severity: 'high',
    mode: 'active',
    segment: '',
    window: '',
    value: '0',
    measure: 'count',
    expected: 'at most 0',
    verdict: 'pass',
    rows_checked: '10',
    rows_failed: '0',
    finding: 'fine',
    reason: '',
    statement: 0,
    duration_ms: '1',
    judged_at: '2026-11-01T00:00:00.000Z',
    ...change,
  };
}

const noAnomalies: Anomaly[] = [];

describe('the judgement of a rule on a segment', () => {
  const cases: { name: string; verdicts: Result['verdict'][]; expect: string | undefined }[] = [
    { name: 'is the worst of its windows', verdicts: ['pass', 'fail', 'warn'], expect: 'fail' },
    { name: 'is a warning when no window failed', verdicts: ['warn', 'pass'], expect: 'warn' },
    { name: 'never clears when a window could not be measured', verdicts: ['pass', 'error'], expect: 'error' },
    { name: 'is left out when nothing was proven', verdicts: ['no_data', 'skipped'], expect: undefined },
    { name: 'ignores windows that prove nothing beside one that does', verdicts: ['no_data', 'pass'], expect: 'pass' },
  ];
  test.each(cases)('$name', ({ verdicts, expect: expected }) => {
    const results = verdicts.map((verdict, place) =>
      result({ verdict, window: `2026-11-01T0${String(place)}:00:00Z` }),
    );
    expect(judgements(results, noAnomalies)[0]?.verdict).toBe(expected);
  });
});
