import { expect, test } from 'vitest';
import { staleFiles } from './generate-examples.ts';

test('the example files are what their generators make', async () => {
  expect(await staleFiles()).toEqual([]);
});
