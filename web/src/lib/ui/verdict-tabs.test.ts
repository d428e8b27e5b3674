import { expect, test } from 'vitest';
import { verdictTabs } from './verdict-tabs.ts';

test('there is a tab for every verdict that something has, worst first, and for the chosen one', () => {
  expect(verdictTabs(['pass', 'fail', 'pass', ''], 'warn')).toEqual([
    { id: '', label: 'All', count: 4 },
    { id: 'fail', label: 'Fail', count: 1 },
    { id: 'warn', label: 'Warn', count: 0 },
    { id: 'pass', label: 'Pass', count: 2 },
  ]);
});
