import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { channels } from './registry.ts';

test('a webhook without a secret is told what is missing', () => {
  const read = channels.webhook.config.safeParse({ url: 'https://hooks.example.com' });
  expect(read.error?.issues).toMatchObject([
    { path: ['secret_env'], message: expect.stringContaining('name the environment variable') },
  ]);
});

test('every file that defines a channel is registered under its name', async () => {
  const folder = import.meta.dirname;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
  const texts = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
  const defining = texts.filter(({ text }) => text.includes('= defineChannel(')).map(({ name }) => name.slice(0, -3));
  expect(defining.length).toBeGreaterThan(1);
  expect(Object.keys(channels)).toEqual(defining.sort());
});
