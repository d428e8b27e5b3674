import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHouse, type TestHouse } from './testing.ts';

const root = resolve(import.meta.dirname, '../..');
const example = join(root, 'examples/trpc-client');

let house: TestHouse;
let folder: string;

/** The example stands in a folder of its own, as somebody would copy it, with its dependencies as installed for the workspace. */
beforeAll(async () => {
  house = await startTestHouse();
  folder = await mkdtemp(join(tmpdir(), 'assay-example-'));
  await copyFile(join(example, 'main.ts'), join(folder, 'main.ts'));
  await copyFile(join(example, 'package.json'), join(folder, 'package.json'));
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await mkdir(join(folder, 'node_modules/@trpc'));
  await symlink(join(root, 'api/node_modules/@trpc/client'), join(folder, 'node_modules/@trpc/client'));
  await symlink(join(root, 'api/node_modules/@trpc/server'), join(folder, 'node_modules/@trpc/server'));
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  const tsconfig = await readFile(join(example, 'tsconfig.json'), 'utf8');
  await writeFile(join(folder, 'tsconfig.json'), tsconfig.replace('../../api', join(root, 'api')));
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ASSAY_URL: house.url } });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, output: out + errors };
}

test('the example compiles against the router', async () => {
  expect(await run([join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])).toEqual({ code: 0, output: '' });
});

test('a call the router does not have does not compile', async () => {
  const main = await readFile(join(folder, 'main.ts'), 'utf8');
  await writeFile(join(folder, 'wrong.ts'), main.replace("rule_id: 'amount-present'", "rule_name: 'amount-present'"));
  await writeFile(join(folder, 'wrong.json'), JSON.stringify({ extends: './tsconfig.json', files: ['wrong.ts'] }));
  const { code, output } = await run([join(root, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'wrong.json')]);
  expect(code).not.toBe(0);
  expect(output).toContain('rule_name');
});

test('the example creates a rule, ingests, waits for the verdict and resolves the incident', async () => {
  const { code, output } = await run(['main.ts']);
  expect(output).toMatch(
    /^rule amount-present \(not_null\) is at version \d+\nload \d+ is received\nverdict fail: 3 rows\n/,
  );
  expect(output).toMatch(/ {2}amount-present: fail, rows that broke it: 1\n/);
  expect(output).toMatch(/incident \d+ is resolved\n$/);
  expect(code).toBe(0);
});
