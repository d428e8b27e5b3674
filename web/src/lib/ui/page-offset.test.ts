import { expect, test } from 'vitest';
import { offsetOf } from './page-offset.ts';

test.each([
  ['', 0],
  ['?offset=200', 200],
  ['?offset=-1', 0],
  ['?offset=1e3', 0],
  ['?offset=99999999999999999999', 0],
])('an address with %j begins at %i', (query, offset) => {
  expect(offsetOf(new URL(`http://localhost/${query}`))).toBe(offset);
});
