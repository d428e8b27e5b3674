import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readText } from '../read-text.ts';
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

describe.skipIf(process.platform !== 'linux')('a name that is no UTF-8, which other systems do not take', () => {
  const advice = 'has a name that is no UTF-8 (\\xHH stands for a byte that is none): rename it and send it again.';
  let odd: string;

  beforeAll(async () => {
    odd = join(folder, 'odd');
    await mkdir(odd);
    await writeFile(Buffer.concat([Buffer.from(join(odd, 'b')), Buffer.from([0xff]), Buffer.from('.csv')]), 'a\n1\n');
    await mkdir(Buffer.concat([Buffer.from(join(odd, 'c')), Buffer.from([0xe9])]));
    await writeFile(join(odd, 'a.csv'), 'a\n1\n');
    await writeFile(Buffer.concat([Buffer.from(join(odd, '.h')), Buffer.from([0xff])]), '');
  });

  test('is told of in a folder, and what else is there is taken', async () => {
    const { files, untaken } = await inputFiles([odd], {});
    expect(files.map((file) => file.name)).toEqual(['a.csv']);
    expect(untaken.map(({ reason }) => reason)).toEqual([`${odd}/b\\xff.csv ${advice}`, `${odd}/c\\xe9 ${advice}`]);
  });

  test('is told of when it is named, also on the way to a file, and not when something else is missing', async () => {
    // What a process is given as arguments has U+FFFD in the place of such bytes.
    await expect(inputFiles([join(odd, 'b\ufffd.csv')], {})).rejects.toThrow(`${odd}/b\\xff.csv ${advice}`);
    await expect(inputFiles([join(odd, 'c\ufffd', 'x.csv')], {})).rejects.toThrow(`${odd}/c\\xe9 ${advice}`);
    await expect(inputFiles([join(odd, 'z\ufffd.csv')], {})).rejects.toThrow(`There is no file ${odd}/z\ufffd.csv.`);
    await expect(readText(join(odd, 'b\ufffd.csv'))).rejects.toThrow(`${odd}/b\\xff.csv ${advice}`);
  });

  test('of real bytes in a real argument is told so by the command', async () => {
    const script = join(import.meta.dirname, '../../../scripts/ingest');
    const shell = `exec "$1" "$2"/b$(printf '\\377').csv --source odd`;
    const { status, stderr } = spawnSync('sh', ['-c', shell, 'sh', script, odd], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([3, `${odd}/b\\xff.csv ${advice}\n`]);
  });
});
