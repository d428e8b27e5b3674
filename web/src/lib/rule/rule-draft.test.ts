import { describe, expect, test } from 'vitest';
import { draftOf, ruleOf, setThreshold, suggestedId } from './rule-draft.ts';

const rule = { id: 'amount-present', not_null: { column: 'amount' }, fail: { share: '> 5%' }, severity: 'high' };

describe('a rule while it is edited', () => {
  test('comes back as it was written', () => {
    expect(ruleOf(draftOf('not_null', rule))).toEqual(rule);
  });

  test('begins with id and kind', () => {
    expect(Object.keys(ruleOf(draftOf('not_null', rule)))).toEqual(['id', 'not_null', 'fail', 'severity']);
  });

  test.each([
    [{ column: 'amount' }, 'amount-not-null'],
    [{ columns: ['Order ID', 'day', 'x'] }, 'order-id-day-not-null'],
    [{ column: '<script>' }, 'script-not-null'],
    [{}, 'not-null'],
  ])('%j suggests the id %s', (config, id) => {
    expect(suggestedId({ kind: 'not_null', config, fields: {} })).toBe(id);
  });

  test('a threshold without text leaves the rule', () => {
    const fields = setThreshold({}, 'warn', { judge: 'share', text: '> 1%' });
    expect(fields).toEqual({ warn: { share: '> 1%' } });
    expect(setThreshold(fields, 'warn', { judge: 'share', text: '' })).toEqual({});
  });
});
