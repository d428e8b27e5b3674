import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const documents = ['.', 'docs', 'examples', 'examples/trpc-client'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test.each(documents)('%s links to files that are there', (path) => {
  const links = [...read(path).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
  const own = links.filter((link) => !/^https?:/.test(link));
  expect(own.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});

test('README.md links to every other document', () => {
  const readme = read('README.md');
  const others = documents.filter((path) => path !== 'README.md' && !path.startsWith('examples/trpc-client/'));
  expect(others.length).toBeGreaterThan(5);
  expect(others.filter((path) => !readme.includes(`(${path})`))).toEqual([]);
});

test('README.md names every rule kind there is, and no other', () => {
  const [, list = ''] = /Kinds so far: ([^;]+);/.exec(read('README.md')) ?? [];
  const named = [...list.matchAll(/`(\w+)`/g)].map(([, kind]) => kind);
  const kinds = readdirSync(join(root, 'rules/src/kinds'))
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.') && !name.includes('.gen.'))
    .map((name) => name.replace('.ts', '').replaceAll('-', '_'));
  expect(named).toEqual(kinds.sort());
});

test('README.md runs only commands of package.json and scripts that are there', () => {
  const readme = read('README.md');
  const commands = [...readme.matchAll(/npx -y pnpm@12 ([\w:]+)/g)].map(([, name = '']) => name);
  const scripts = [...readme.matchAll(/\bscripts\/(\w+)/g)].map(([path]) => path);
  expect(commands.length).toBeGreaterThan(2);
  expect(scripts.length).toBeGreaterThan(2);
  const known = read('package.json');
  expect(commands.filter((name) => !known.includes(`"${name}": `))).toEqual([]);
  expect(scripts.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
