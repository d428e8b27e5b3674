import { readdir } from 'node:fs/promises';

/** One file per rule kind; its name in snake_case is the kind, in camelCase the name it exports. */
const folder = new URL('../../rules/src/kinds/', import.meta.url);

/** The text of `rules/src/kinds/registry.gen.ts`, derived from the names of the files beside it. */
export async function registryText(): Promise<string> {
  const names = (await readdir(folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.gen.ts'))
    .map((file) => file.slice(0, -3))
    .sort();
  const kindOf = (name: string) => name.replaceAll('-', '_');
  const valueOf = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return [
    '// Written by `pnpm gen` from the files of this folder; do not edit.',
    "import { z } from 'zod';",
    "import { ruleFields } from '../rule-fields.ts';",
    ...names.map((name) => `import { ${valueOf(name)} } from './${name}.ts';`),
    '',
    '/** Every kind of rule by its name. */',
    'export const kinds = {',
    ...names.map((name) => `  ${kindOf(name)}: ${valueOf(name)},`),
    '} as const;',
    '',
    '/** A rule as it is stored and transported: the common fields, its kind and the config of that kind. */',
    "export const rule = z.discriminatedUnion('kind', [",
    ...names.map(
      (name) => `  ruleFields.extend({ kind: z.literal('${kindOf(name)}'), config: ${valueOf(name)}.config }),`,
    ),
    ']);',
    'export type Rule = z.infer<typeof rule>;',
    '',
  ].join('\n');
}
