import { expect, test } from 'vitest';
import { fitOf, kindsOfValues } from './value-fit.ts';

const none = { rows: '10', integers: '0', numbers: '0', texts: '0', bools: '0' };

test.each([
  [{ ...none, texts: '10' }, 'all texts'],
  [{ ...none, integers: '8', texts: '2' }, '8 whole numbers and 2 texts'],
  [
    { ...none, integers: '1', numbers: '2', bools: '3' },
    '1 whole numbers, 2 numbers with a fraction, 3 true or false and 4 lists, objects or other numbers',
  ],
  [{ ...none, rows: '0' }, 'no values'],
])('values are told by what they are', (key, text) => {
  expect(kindsOfValues(key)).toBe(text);
});

test.each([
  [{ ...none, integers: '10' }, 'Int64', 0],
  [{ ...none, numbers: '10' }, 'Int64', 10],
  [{ ...none, integers: '9', bools: '1' }, 'Decimal(10, 2)', 1],
  [{ ...none, integers: '10' }, 'Bool', 10],
  [{ ...none, texts: '10' }, 'DateTime64(3)', 0],
  [{ ...none, bools: '10' }, 'JSON', 0],
  [{ ...none, bools: '10' }, ' ', 0],
] as const)('%j as %s: %i do not fit', (key, type, lost) => {
  const told = fitOf(key, type);
  if (lost === 0) expect(told).toBe('');
  else expect(told).toContain(`Up to ${lost} value${lost === 1 ? '' : 's'} cannot be ${type}`);
});
