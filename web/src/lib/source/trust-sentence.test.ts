import { expect, test } from 'vitest';
import { trustSentence } from './trust-sentence.ts';

const counts = (counted: Partial<Record<'' | 'pass' | 'warn' | 'fail' | 'error', number>>) =>
  (['', 'pass', 'warn', 'fail', 'error'] as const).map((verdict) => ({ verdict, count: counted[verdict] ?? 0 }));

test.each([
  [counts({ '': 2 }), ''],
  [counts({ pass: 1 }), 'The newest file can be trusted.'],
  [counts({ pass: 2_000, '': 1 }), 'All 2,000 newest files can be trusted.'],
  [counts({ fail: 1 }), 'The newest file cannot be trusted.'],
  [counts({ fail: 1, error: 1 }), 'None of the 2 newest files can be trusted.'],
  [counts({ warn: 1, fail: 1 }), '0 of 2 newest files can be trusted, 1 with care, 1 cannot.'],
  [
    counts({ pass: 1, warn: 1, fail: 1, error: 1, '': 1 }),
    '1 of 4 newest files can be trusted, 1 with care, 2 cannot.',
  ],
])('the newest files in one sentence, those under way left out: %#', (of, sentence) => {
  expect(trustSentence(of)).toBe(sentence);
});
