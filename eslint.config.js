import { existsSync } from 'node:fs';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.ts', '**/testing.ts', '**/testing/**/*.ts', '**/*.spec.ts'];
const defaultExportsDemanded = ['*.config.{js,ts}', 'web/*.config.{js,ts}'];

const nodeBuiltIns = {
  group: ['node:*', 'fs', 'path', 'crypto', 'os', 'child_process', 'http', 'https', 'net', 'stream', 'zlib', 'timers'],
  message: 'Workflow code is replayed: it has no Node. Put the effect behind the Activities port.',
};
const zodInWorkflows = {
  group: ['zod', 'zod/*', '@assay/*', '!@assay/rules'],
  allowTypeImports: true,
  message: 'Workflow code imports types only: values are parsed at the edges, before they reach a workflow.',
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/*.gen.ts',
      '**/build/**',
      '**/dist/**',
      '**/.svelte-kit/**',
      '.assay/**',
      'examples/**',
      'web/static/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-param-reassign': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'ExportAllDeclaration[exported=null]', message: 'Name what a file exports.' },
      ],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // An activity or a handler is async because its contract is, whether or not this one awaits.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
    },
  },

  {
    files: tests,
    rules: {
      // Matchers such as expect.objectContaining() and parsed JSON are `any` by their own declaration.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },

  {
    files: ['workflows/src/**/*.ts'],
    ignores: tests,
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [nodeBuiltIns, zodInWorkflows] }] },
  },

  // These talk to a person at a terminal.
  { files: ['cli/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'], ignores: tests, rules: { 'no-console': 'off' } },
  { files: ['vitest.setup.ts', 'scripts/console.test.ts'], rules: { 'no-console': 'off' } },

  { files: defaultExportsDemanded, rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.base], rules: { eqeqeq: 'error', 'prefer-const': 'error' } },

  ...svelte.configs.recommended,
  // Only svelte-check knows the types of components, snippets and generics; it runs beside this.
  { files: ['**/*.svelte'], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, ...(await svelteConfig()) } },
    rules: {
      // The dashboard is always served at the root of its address.
      'svelte/no-navigation-without-resolve': 'off',
      // It takes the words of the reason for codes.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
);

async function svelteConfig() {
  if (!existsSync(new URL('web/svelte.config.js', import.meta.url))) return {};
  const loaded = await import('./web/svelte.config.js');
  return { svelteConfig: loaded.default };
}
