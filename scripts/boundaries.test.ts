import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindQuestions } from './boundaries/kind-questions.ts';
import { packageExports, repositoryPaths, sourceFiles } from './boundaries/source-files.ts';
import { cycles, violations } from './boundaries/violations.ts';

const root = join(import.meta.dirname, '..');
const files = sourceFiles(root);
const exports = packageExports(root);

describe('the package graph', () => {
  test('has only the arrows of ARCHITECTURE.md, through exported paths', () => {
    expect(violations(files, exports)).toEqual([]);
  });

  test('has no cycles', () => {
    expect(cycles(files)).toEqual([]);
  });

  test('is not empty: the test sees the arrows that exist', () => {
    expect(exports.size).toBeGreaterThanOrEqual(8);
    expect(files.length).toBeGreaterThan(5);
    expect(violations(files, new Map()).length).toBeGreaterThan(0);
  });
});

describe('canary: a forbidden arrow is seen as', () => {
  const from = (path: string, text: string) => violations([{ path, text }], exports);
  test.each([
    ['an import', 'rules/src/x.ts', `import { connect } from '@assay/clickhouse';`],
    ['a type import', 'rules/src/x.ts', `import type { Querier } from '@assay/clickhouse';`],
    ['a re-export', 'clickhouse/src/x.ts', `export { y } from '@assay/workflows';`],
    ['an import for effect', 'clickhouse/src/x.ts', `import '@assay/api';`],
    ['a dynamic import', 'api/src/x.ts', `const y = await import('@assay/activities');`],
    ['an import type', 'rules/src/x.ts', `export type Y = import('@assay/clickhouse').Querier;`],
    ['a value where only types may pass', 'workflows/src/x.ts', `import { kinds } from '@assay/rules';`],
    [
      'a value in a component',
      'web/src/X.svelte',
      `<script lang="ts">\n  import { y } from '@assay/rules';\n</script>`,
    ],
    ['a deep import', 'api/src/x.ts', `import { y } from '@assay/clickhouse/src/query.ts';`],
    ['a relative path into another package', 'api/src/x.ts', `import { y } from '../../clickhouse/src/query.ts';`],
    ['an arrow to scripts', 'cli/src/x.ts', `import { y } from '@assay/scripts';`],
    ['a test arrow outside a test', 'api/src/x.ts', `import { y } from '@assay/temporal';`],
    ['an unknown package', 'surprise/src/x.ts', `import { y } from '@assay/rules';`],
  ])('%s', (_, path, text) => {
    expect(from(path, text)).toHaveLength(1);
  });

  test('a cycle', () => {
    const circle = [
      { path: 'rules/src/x.ts', text: `import '@assay/clickhouse';` },
      { path: 'clickhouse/src/x.ts', text: `import '@assay/rules';` },
    ];
    expect(cycles(circle)).toContainEqual(['rules', 'clickhouse', 'rules']);
  });
});

describe('adding a kind is writing one file', () => {
  const kinds = new Set(
    files.flatMap(({ path }) => {
      const kind = /\/src\/(?:kinds|channels|formats)\/([a-z-]+)\.ts$/.exec(path)?.[1];
      return kind && kind !== 'define' ? [kind.replaceAll('-', '_')] : [];
    }),
  );
  const shared = files.filter(({ path }) => !/\.test\.ts$|\/(kinds|channels|formats)\//.test(path));

  test('shared code never asks whether something is of a certain kind', () => {
    expect(kindQuestions(shared, kinds)).toEqual([]);
  });

  test.each([`if (rule.kind === 'canary') y();`, `switch (rule.kind) { case 'canary': y(); }`])(
    'canary: %s',
    (text) => {
      expect(kindQuestions([{ path: 'x.ts', text }], new Set(['canary']))).toHaveLength(1);
    },
  );
});

describe('file names', () => {
  const sources = repositoryPaths(root).filter((path) => /\.(ts|js|svelte)$/.test(path));

  test('are kebab-case, components PascalCase', () => {
    const name = /^\+?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.(ts|js)$|^([A-Z][A-Za-z0-9]*|\+[a-z]+(@[a-z]*)?)\.svelte$/;
    expect(sources.filter((path) => !name.test(basename(path)))).toEqual([]);
  });

  test('name an idea', () => {
    const nameless = /^(utils?|helpers?|common|misc|types|constants)\./;
    expect(sources.filter((path) => nameless.test(basename(path)))).toEqual([]);
  });
});
