import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { registryText } from './rule-registry.ts';

const sources = new URL('../../rules/src/', import.meta.url);
const committed = await readFile(new URL('kinds/registry.gen.ts', sources), 'utf8');
const kinds = [...committed.matchAll(/z\.literal\('([a-z_]+)'\)/g)].map((match) => match[1] ?? '');

test('the registry of kinds is what the folder says', async () => {
  expect(committed).toBe(await registryText());
  expect(kinds).toContain('not_null');
});

test('no kind is named outside its own file', async () => {
  const files = (await readdir(sources)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(new URL(file, sources), 'utf8') })),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(texts.flatMap(({ file, text }) => namedIn(text).map((kind) => `${file} names ${kind}`))).toEqual([]);
});

test('canary: a kind named in shared code is seen', () => {
  expect(namedIn(`if (rule.kind === 'not_null') skip();`)).toEqual(['not_null']);
});

function namedIn(text: string): string[] {
  return kinds.filter((kind) => text.includes(`'${kind}'`) || text.includes(`"${kind}"`));
}
