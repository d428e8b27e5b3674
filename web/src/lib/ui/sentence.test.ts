import { expect, test } from 'vitest';
import { sentencePieces, plainSentence } from './sentence.ts';

test('names stand between backticks, hostile ones stay text', () => {
  expect(sentencePieces('7% have no `<b>amount</b>`')).toEqual([
    { text: '7% have no ', name: false },
    { text: '<b>amount</b>', name: true },
  ]);
});

test('plain places lose only the backticks', () => {
  expect(plainSentence('`a` and `b` differ')).toBe('a and b differ');
});
