import { posix } from 'node:path';
import { arrows } from './arrows.ts';
import { importsOf } from './imports.ts';
import type { ImportOf } from './imports.ts';

/** A source file by its path in the repository. */
export type SourceFile = { path: string; text: string };

/** Package folder → the subpaths its package.json exports (`.`, `./testing`). */
export type Exports = ReadonlyMap<string, readonly string[]>;

/** Every import that the package graph does not allow, one sentence each. */
export function violations(files: readonly SourceFile[], exports: Exports): string[] {
  return files.flatMap(({ path, text }) =>
    importsOf(path, text).flatMap((found) => {
      const reason = refusal(path, found, exports);
      return reason ? [`${path}:${found.line} imports ${found.specifier}: ${reason}`] : [];
    }),
  );
}

/** Packages that import each other in a circle, found along run-time and type imports of non-test files. */
export function cycles(files: readonly SourceFile[]): string[][] {
  const graph = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    if (isTest(path)) continue;
    const from = packageOf(path);
    const to = importsOf(path, text).flatMap(({ specifier }) => assayPackage(specifier) ?? []);
    graph.set(from, new Set([...(graph.get(from) ?? []), ...to.filter((name) => name !== from)]));
  }
  return [...graph.keys()].flatMap((start) => {
    const circle = pathBack(graph, start);
    return circle ? [circle] : [];
  });
}

function pathBack(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | undefined {
  const seen = new Set<string>();
  const walk = (at: string, path: string[]): string[] | undefined => {
    for (const next of graph.get(at) ?? []) {
      if (next === start) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const circle = walk(next, [...path, next]);
      if (circle) return circle;
    }
    return undefined;
  };
  return walk(start, [start]);
}

function refusal(path: string, found: ImportOf, exports: Exports): string | undefined {
  const from = packageOf(path);
  if (found.specifier.startsWith('.')) {
    const target = packageOf(posix.join(posix.dirname(path), found.specifier));
    return target === from ? undefined : `a relative path into ${target}/; import the package instead`;
  }
  const to = assayPackage(found.specifier);
  if (!to) return undefined;
  const subpath = `.${found.specifier.slice(`@assay/${to}`.length)}`;
  if (!exports.get(to)?.includes(subpath)) return `${to}/package.json does not export ${subpath}`;
  if (to === from) return 'a package imports its own files by relative path';
  const allowed = arrows[from];
  if (!allowed) return `${from}/ is not in scripts/boundaries/arrows.ts`;
  if (allowed.value.includes(to)) return undefined;
  if (allowed.types.includes(to) && found.typeOnly) return undefined;
  if (isTest(path) && (allowed.tests.includes(to) || allowed.types.includes(to))) return undefined;
  return allowed.types.includes(to) ? `${from} may use only types of ${to}` : `${from} may not import ${to}`;
}

function isTest(path: string): boolean {
  return /(\.test\.ts|\.spec\.ts|\/testing\.ts)$/.test(path) || /\/(testing|e2e)\//.test(path);
}

function packageOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '.';
}

function assayPackage(specifier: string): string | undefined {
  return /^@assay\/([^/]+)/.exec(specifier)?.[1];
}
