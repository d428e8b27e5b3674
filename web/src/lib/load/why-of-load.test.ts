import { expect, test } from 'vitest';
import { whyOf } from './why-of-load.ts';

test('the reason of a person or of the reader stands before the summary of the check', () => {
  expect(whyOf({ reason: '', summary: '1 of 12 rules failed: on-time' })).toBe('1 of 12 rules failed: on-time');
  expect(whyOf({ reason: '', summary: 'all 7 rules passed' })).toBe('All 7 rules passed');
  expect(whyOf({ reason: 'sent by mistake', summary: 'all 7 rules passed' })).toBe('Sent by mistake');
  expect(whyOf({ reason: '', summary: '' })).toBe('');
});
