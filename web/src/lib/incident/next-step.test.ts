import { expect, test } from 'vitest';
import { nextStep } from './next-step.ts';

const policy = { name: 'default', ladders: { high: { levels: [{}, {}, {}], repeats: 1 } } };
const told = (round: number) => [{ data: { round } }, { data: {} }];

test('a level is named only while there is one', () => {
  expect(nextStep({ severity: 'high', level: 0 }, policy, [])).toBe('Level 1 is told');
  expect(nextStep({ severity: 'high', level: 2 }, policy, told(1))).toBe('Level 3 is told');
  expect(nextStep({ severity: 'high', level: 3 }, policy, told(1))).toBe('Everybody is told again, from level 1 on,');
  expect(nextStep({ severity: 'high', level: 3 }, policy, told(2))).toBe(
    'A last notice says that nobody else is told,',
  );
});

test('a policy that cannot be read promises no level', () => {
  expect(nextStep({ severity: 'high', level: 3 }, {}, told(1))).toBe('The next notice goes out');
});
