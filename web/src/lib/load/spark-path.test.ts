import { expect, test } from 'vitest';
import { sparkPath } from './spark-path.ts';

test('a hole lifts the pen, a lone value is a dot', () => {
  const path = sparkPath([0, 1, null, 0.5], { width: 30, height: 12, top: 1 });
  expect(path).toBe('M0.0 11.0h0.1L10.0 1.0M30.0 6.0h0.1');
});
