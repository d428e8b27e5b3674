import { expect, test } from 'vitest';
import { inColumnOrder } from './in-column-order.ts';

test('columns stand in their order, whatever their numbers, and what is none of them last, as it stood', () => {
  expect(inColumnOrder(['z', 'b', 'y', 'a'], ['a', 'b', 'c'], (name) => name)).toEqual(['a', 'b', 'z', 'y']);
});
