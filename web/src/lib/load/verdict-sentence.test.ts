import { describe, expect, test } from 'vitest';
import type { Load, Result } from '#lib/api.ts';
import { verdictSentence } from './verdict-sentence.ts';

const load = {
  state: 'loaded',
  verdict: 'pass',
  reason: '',
  rows: '600',
  rejects: '0',
  damage: '',
  expired: {},
} as const;
const results = (...verdicts: Result['verdict'][]) =>
  verdicts.map((verdict, index) => ({ rule_id: `r${index}`, verdict }));

describe('the sentence of a load', () => {
  test.each<[Load['verdict'], Result['verdict'][], string]>([
    ['pass', ['pass', 'pass'], 'This file can be trusted: all 2 rules hold on 600 rows.'],
    ['pass', ['pass'], 'This file can be trusted: its rule holds on 600 rows.'],
    ['pass', [], 'Not checked: no rules yet. 600 rows were read and measured.'],
    ['warn', ['warn', 'pass'], 'Use this file with care: 1 of 2 rules warned.'],
    ['fail', ['fail', 'fail', 'pass'], 'Do not trust this file: 2 of 3 rules failed.'],
    ['error', ['error'], 'It is not known whether this file can be trusted: 1 of 1 rule could not be evaluated.'],
  ])('%s with %j reads as a judgement', (verdict, verdicts, sentence) => {
    expect(verdictSentence({ ...load, verdict }, results(...verdicts))).toBe(sentence);
  });

  test('a rule with a verdict per segment counts once', () => {
    const segments = [
      { rule_id: 'a', verdict: 'fail' },
      { rule_id: 'a', verdict: 'fail' },
      { rule_id: 'b', verdict: 'pass' },
    ] as const;
    expect(verdictSentence({ ...load, verdict: 'fail' }, segments)).toBe(
      'Do not trust this file: 1 of 2 rules failed.',
    );
  });

  test('a refused file says why first', () => {
    const refused = { ...load, state: 'refused', verdict: 'error', reason: 'The file is empty.' } as const;
    expect(verdictSentence(refused, [])).toBe('This file was refused, nothing of it was loaded: The file is empty.');
  });

  test('a file that was cut off is never trusted, whatever the rules say', () => {
    expect(verdictSentence({ ...load, state: 'partial', verdict: 'pass' }, results('pass'))).toMatch(/^Only part/);
  });

  test('a load under way promises no verdict', () => {
    expect(verdictSentence({ ...load, state: 'loading', verdict: '' }, [])).toMatch(/^The verdict comes/);
  });

  test('rows that expired are said to have, and when', () => {
    const expired = { ...load, state: 'expired', expired: { rows: '2026-11-21T04:00:00.000Z' } } as const;
    expect(verdictSentence(expired, results('pass'))).toBe(
      'The rows of this file expired on 2026-11-21; its results are kept.',
    );
  });

  test('a file of which rows are gone is not called good', () => {
    const damage = 'The store lost part of a.jsonl: 3 of 600 rows are missing. Load it again from the inbox.';
    expect(verdictSentence({ ...load, state: 'held', damage }, results('pass'))).toBe(
      `Nothing reads this file for now. ${damage}`,
    );
    expect(verdictSentence({ ...load, state: 'withdrawn', reason: 'wrong day', damage }, results('pass'))).toBe(
      `This file was withdrawn and counts nowhere (wrong day). ${damage}`,
    );
  });
});
