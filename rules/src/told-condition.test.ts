import { expect, test } from 'vitest';
import { toldCondition } from './told-condition.ts';

test.each([
  ['a = 1', null, 'a = 1'],
  ['a  =\n 1', ' \n', 'a = 1'],
  ['a = 1', 'A is one.', '“A is one”'],
  ['a = 1', ' A is one.\nBecause it was agreed. ', '“A is one”'],
  [`a = '${'x'.repeat(200)}'`, null, `a = '${'x'.repeat(115)}…`],
  ['a = 1', 'x'.repeat(200), `“${'x'.repeat(120)}…”`],
])(
  'a condition is told in the words of its rule, else as it is written, in one short line: %#',
  (written, description, told) => {
    expect(toldCondition(written, description)).toBe(told);
  },
);
