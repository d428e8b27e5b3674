import { describe, expect, test } from 'vitest';
import { cellOf } from './row-cell.ts';

const row = {
  line: '7',
  byte_offset: '0',
  values: ['x', null, null, null],
  absent: ['coupon'],
  type_errors: { amount: '"12,50"' },
  extra: {},
  failed: [{ rule_id: 'paid-amount', reason: '`amount` is missing' }],
};
const rules = new Map([['paid-amount', ['amount']]]);

describe('a cell', () => {
  test('tells null, an absent key, a misfit and a value apart', () => {
    const kinds = ['id', 'note', 'coupon', 'amount'].map((name, index) => cellOf(row, { name, index }, rules).kind);
    expect(kinds).toEqual(['value', 'null', 'absent', 'misfit']);
  });

  test('shows the raw text of a misfit with every reason', () => {
    expect(cellOf(row, { name: 'amount', index: 3 }, rules)).toEqual({
      kind: 'misfit',
      text: '"12,50"',
      reasons: ['does not fit the type of the column', 'amount is missing'],
    });
  });

  test('is right when the rule its row breaks looks elsewhere', () => {
    expect(cellOf(row, { name: 'id', index: 0 }, rules).reasons).toEqual([]);
  });
});
