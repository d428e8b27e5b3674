import { expect, test } from 'vitest';
import { completedSequence } from './shortcut-sequence.ts';

const known = ['g i', 'i', '?', 'a'];

test.each([
  [null, 'a', 'a'],
  ['g', 'i', 'g i'],
  [null, 'i', 'i'],
  ['Enter', '?', '?'],
  ['g', 'a', 'a'],
  [null, 'g', undefined],
])('after %j the key %s completes %j', (before, key, completed) => {
  expect(completedSequence(known, { before, key })).toBe(completed);
});
