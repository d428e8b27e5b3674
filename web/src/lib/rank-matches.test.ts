import { expect, test } from 'vitest';
import { rankMatches } from './rank-matches.ts';

const names = ['late orders', 'orders', 'payments', 'Orders archive'];
const textOf = (name: string) => name;

test('every word must occur, in any case and order', () => {
  expect(rankMatches(names, 'archive ORDERS', textOf)).toEqual(['Orders archive']);
});

test('what begins with the first word comes first', () => {
  expect(rankMatches(names, 'ord', textOf)).toEqual(['orders', 'Orders archive', 'late orders']);
});

test('no text keeps everything', () => {
  expect(rankMatches(names, '  ', textOf)).toEqual(names);
});
