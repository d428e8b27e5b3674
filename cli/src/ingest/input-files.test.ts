import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inputFiles } from './input-files.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-inputs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder with links to folders above it is walked once', async () => {
  const inner = join(folder, 'day', 'hour');
  await mkdir(inner, { recursive: true });
  await writeFile(join(inner, 'a.csv'), 'a\n1\n');
  const links = [join(inner, 'day'), join(inner, 'here')];
  await symlink('..', links[0] ?? '');
  await symlink('.', links[1] ?? '');
  const { files, untaken } = await inputFiles([join(folder, 'day')], {});
  expect(files.map((file) => file.name)).toEqual(['a.csv']);
  expect(untaken).toEqual(
    links.map((path) => ({
      path,
      reason: `${path} is a link to a folder it lies in: what is in there is taken once.`,
    })),
  );
});
