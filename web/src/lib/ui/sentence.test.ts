import { expect, test } from 'vitest';
import { plainSentence, sentencePieces, titleSentence } from './sentence.ts';

test('names stand between backticks, hostile ones stay text', () => {
  expect(sentencePieces('7% have no `<b>amount</b>`')).toEqual([
    { text: '7% have no ', name: false },
    { text: '<b>amount</b>', name: true },
  ]);
});

test('plain places lose only the backticks', () => {
  expect(plainSentence('`a` and `b` differ')).toBe('a and b differ');
});

test('a title leaves out what a refused file begins with', () => {
  expect(titleSentence('The file is refused: it is no `jsonl`. It begins with: %PDF-\\x0a and so on')).toBe(
    'The file is refused: it is no jsonl.',
  );
  const lost = 'The store lost part of a.jsonl: 2 of 2 rows are missing.';
  expect(titleSentence(`${lost} Load it again from the inbox, with \`assay loads reload 7\` or the button.`)).toBe(
    lost,
  );
  expect(titleSentence(`${lost} Send the file again: its bytes are no longer in the inbox.`)).toBe(lost);
});
