import { expect, test } from 'vitest';
import { incidentPart, incidentSubject, isOfRule } from './incident-subject.ts';

test('an incident is named after its rule, or after the file or storm that stands for one', () => {
  expect(incidentSubject('amount-present')).toBe('amount-present');
  expect(incidentSubject('*file*')).toBe('the file itself');
  expect(incidentSubject('*storm*')).toBe('many rules at once');
  expect(incidentSubject('*damage*')).toBe('rows missing from the store');
  expect(['amount-present', '*file*', '*damage*'].map(isOfRule)).toEqual([true, false, false]);
});

test('the part of it is the segment, or the load whose rows are missing', () => {
  expect(incidentPart({ rule_id: 'amount-present', segment: 'country=DE' })).toBe('country=DE');
  expect(incidentPart({ rule_id: '*damage*', segment: '7' })).toBe('load 7');
  expect(incidentPart({ rule_id: '*damage*', segment: '' })).toBe('');
});
