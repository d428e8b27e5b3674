import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('packages are checked against the Node they will run with, whichever Node starts the installation', () => {
  const { nodeVersion } = z.object({ nodeVersion: z.string() }).parse(parse(read('pnpm-workspace.yaml')));
  const { devDependencies } = z
    .object({ devDependencies: z.object({ node: z.string() }) })
    .parse(JSON.parse(read('package.json')));
  expect(nodeVersion).toBe(devDependencies.node);
  expect(process.versions.node).toBe(nodeVersion);
});
