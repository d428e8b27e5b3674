import { expect, test } from 'vitest';
import { loadVerdict, type RuleResult } from './result.ts';

type Spoken = Pick<RuleResult, 'rule_id' | 'verdict' | 'mode'>;

function of(...verdicts: [string, RuleResult['verdict'], RuleResult['mode']?][]): Spoken[] {
  return verdicts.map(([rule_id, verdict, mode = 'active']) => ({ rule_id, verdict, mode }));
}

const cases: { name: string; results: Spoken[]; verdict: string; summary: string }[] = [
  { name: 'nothing to say without rules', results: [], verdict: 'pass', summary: 'not checked: no rules yet' },
  { name: 'all passed', results: of(['a', 'pass'], ['b', 'pass']), verdict: 'pass', summary: 'all 2 rules passed' },
  {
    name: 'an error hides behind nothing',
    results: of(['a', 'fail'], ['b', 'error'], ['c', 'pass']),
    verdict: 'error',
    summary: '1 of 3 rules could not be evaluated: b',
  },
  {
    name: 'a rule that fails in many windows counts once',
    results: of(['a', 'fail'], ['a', 'fail'], ['a', 'pass'], ['b', 'pass']),
    verdict: 'fail',
    summary: '1 of 2 rules failed: a',
  },
  {
    name: 'many names are cut',
    results: of(['a', 'warn'], ['b', 'warn'], ['c', 'warn'], ['d', 'warn'], ['e', 'pass']),
    verdict: 'warn',
    summary: '4 of 5 rules warned: a, b, c and 1 more',
  },
  {
    name: 'too little data is no pass',
    results: of(['a', 'no_data'], ['b', 'skipped']),
    verdict: 'pass',
    summary: 'not checked: none of 2 rules had anything to judge',
  },
  {
    name: 'rules in shadow are silent',
    results: of(['a', 'pass'], ['b', 'fail', 'shadow']),
    verdict: 'pass',
    summary: 'the only rule passed',
  },
];

test.each(cases)('the verdict of a load: $name', ({ results, verdict, summary }) => {
  expect(loadVerdict(results)).toEqual({ verdict, summary });
});
