import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataModelText, tablesIn } from './data-model.ts';

const committed = join(import.meta.dirname, '..', '..', 'docs', 'data-model.md');

test('the data model is what the migrations say', async () => {
  const text = await dataModelText();
  expect(await readFile(committed, 'utf8')).toBe(text);
  expect(text).toContain('## failed_rows');
});

test('canary: a column without a comment is seen', () => {
  expect(() => tablesIn('CREATE TABLE IF NOT EXISTS t\n(\n    a String\n)\nENGINE = Null;\n')).toThrow(/t: .*a String/);
});
