import { stormRule } from '@assay/workflows';
import { expect, test } from 'vitest';
import { fileRule } from '../file-judgement.ts';
import type { Judgement } from '../judgements.ts';
import { stormOf } from './storm.ts';

function judgement(rule_id: string, verdict: Judgement['verdict']): Judgement {
  return {
    rule_id,
    segment: '',
    kind: 'not_null',
    verdict,
    severity: 'high',
    anomaly_id: '0',
    finding: 'It is so.',
    rows_failed: '0',
  };
}

const running = ({ rule_id }: { rule_id: string }) => rule_id === stormRule;

test('a storm ends with a file in which few rules fail, not with one that no rule could judge', () => {
  expect(stormOf([judgement('r', 'pass')], running, 'f.csv')?.verdict).toBe('pass');
  expect(stormOf([judgement(fileRule, 'error')], running, 'empty.csv')).toBeNull();
  expect(stormOf([judgement(fileRule, 'fail')], running, 'refused.csv')).toBeNull();
  expect(stormOf([judgement(fileRule, 'pass'), judgement('r', 'error')], running, 'f.csv')).toBeNull();
});
