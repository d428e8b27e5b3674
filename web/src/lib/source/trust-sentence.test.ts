import { expect, test } from 'vitest';
import type { Load } from '#lib/api.ts';
import { trustSentence } from './trust-sentence.ts';

const sources = (...verdicts: (Load['verdict'] | null)[]) =>
  verdicts.map((verdict) => ({ latest_load: verdict === null ? null : { verdict } }));

test.each([
  [sources(null, ''), ''],
  [sources('pass'), 'The newest file can be trusted.'],
  [sources('pass', 'pass', null), 'All 2 newest files can be trusted.'],
  [sources('fail'), 'The newest file cannot be trusted.'],
  [sources('fail', 'error'), 'None of the 2 newest files can be trusted.'],
  [sources('warn', 'fail'), '0 of 2 newest files can be trusted, 1 with care, 1 cannot.'],
  [sources('pass', 'warn', 'fail', 'error', ''), '1 of 4 newest files can be trusted, 1 with care, 2 cannot.'],
])('the newest files in one sentence, those under way left out: %#', (of, sentence) => {
  expect(trustSentence(of)).toBe(sentence);
});
