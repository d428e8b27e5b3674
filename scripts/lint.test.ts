import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const eslint = new ESLint({ cwd: root });

/** The rules that a text breaks when it stands in the place of an existing file. */
async function broken(path: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(text, { filePath: join(root, path) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

const anyFile = 'clickhouse/src/id.ts';
const workflow = 'workflows/src/check-file.ts';

/** The first text waits for the types of the whole workspace. */
const timeout = 120_000;

test.each([
  ['any', anyFile, `export const x: any = 1;`, '@typescript-eslint/no-explicit-any'],
  ['a non-null assertion', anyFile, `export const x = [1].at(0)!;`, '@typescript-eslint/no-non-null-assertion'],
  ['a cast', anyFile, `export const x = JSON.parse('1') as number;`, '@typescript-eslint/consistent-type-assertions'],
  ['a default export', anyFile, `export default 1;`, 'no-restricted-syntax'],
  ['a star export', anyFile, `export * from './query.ts';`, 'no-restricted-syntax'],
  ['the console', anyFile, `console.log(1);`, 'no-console'],
  ['a promise that nobody awaits', anyFile, `Promise.resolve();`, '@typescript-eslint/no-floating-promises'],
  ['Node in a workflow', workflow, `import 'node:fs';`, '@typescript-eslint/no-restricted-imports'],
  ['zod in a workflow', workflow, `import { z } from 'zod'; z.string();`, '@typescript-eslint/no-restricted-imports'],
  [
    'a directive that disables nothing',
    anyFile,
    `// eslint-disable-next-line no-console\nexport const x = 1;`,
    "Unused eslint-disable directive (no problems were reported from 'no-console').",
  ],
])(
  'refuses %s',
  async (_, path, text, rule) => {
    expect(await broken(path, text)).toContain(rule);
  },
  timeout,
);

test.each([
  ['`as const`', anyFile, `export const x = [1, 2] as const;`],
  ['a type of zod in a workflow', workflow, `import type { z } from 'zod';\nexport type T = z.ZodString;`],
  ['the console in a script', 'scripts/start.ts', `console.log(1);`],
])(
  'accepts %s',
  async (_, path, text) => {
    expect(await broken(path, text)).toEqual([]);
  },
  timeout,
);
