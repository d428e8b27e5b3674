import { expect, test } from 'vitest';
import { verdictOfTab, verdictTabs } from './verdict-tabs.ts';

test('what is there has a tab with its count, the worst first, and the chosen verdict keeps its own', () => {
  const tabs = verdictTabs(
    [
      { verdict: '', count: 1 },
      { verdict: 'error', count: 0 },
      { verdict: 'fail', count: 1 },
      { verdict: 'pass', count: 2 },
    ],
    'warn',
  );
  expect(tabs.map(({ id, count }) => [id, count])).toEqual([
    ['', 4],
    ['fail', 1],
    ['warn', 0],
    ['pass', 2],
    ['not_judged', 1],
  ]);
});

test.each([
  ['', undefined],
  ['fail', 'fail'],
  ['not_judged', ''],
  ['flunked', undefined],
] as const)('the tab %j stands for the verdict %j', (id, verdict) => {
  expect(verdictOfTab(id)).toBe(verdict);
});
