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
  expect(() => tablesIn('ALTER TABLE t\n    ADD COLUMN IF NOT EXISTS b String;\n')).toThrow(/t: .*b String/);
});

test('a column that a later migration adds stands in its table', () => {
  const [table] = tablesIn(
    "CREATE TABLE IF NOT EXISTS t\n(\n    a String COMMENT 'A.'\n)\nENGINE = Null;\n\n" +
      "ALTER TABLE t\n    ADD COLUMN IF NOT EXISTS b String COMMENT 'B.';\n",
  );
  expect(table?.columns.map(({ name, says }) => `${name}: ${says}`)).toEqual(['a: A.', 'b: B.']);
});
