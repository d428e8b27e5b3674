import { expect, test } from 'vitest';
import { incidentSubject, isOfRule } from './incident-subject.ts';

test('an incident is named after its rule, or after the file or storm that stands for one', () => {
  expect(incidentSubject('amount-present')).toBe('amount-present');
  expect(incidentSubject('*file*')).toBe('the file itself');
  expect(incidentSubject('*storm*')).toBe('many rules at once');
  expect([isOfRule('amount-present'), isOfRule('*file*')]).toEqual([true, false]);
});
