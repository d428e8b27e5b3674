import { expect, test } from 'vitest';
import { summarizeVerdicts } from './summarize-verdicts.ts';

test('a strip is told in words, worst last, with the newest', () => {
  const loads = ['pass', 'fail', 'pass', ''].map((verdict) => ({ verdict }));
  expect(summarizeVerdicts(loads)).toBe('Last 4 loads: 2 pass, 1 fail, 1 not judged; the newest is not judged');
});

test('a source without loads says so', () => {
  expect(summarizeVerdicts([])).toBe('No loads yet');
});
