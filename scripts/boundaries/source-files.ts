import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { arrows } from './arrows.ts';
import type { Exports, SourceFile } from './violations.ts';

const manifest = z.object({ exports: z.record(z.string(), z.string()).default({}) });

/** Every path of the repository that git knows or would add, without examples. */
export function repositoryPaths(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return listed
    .toString()
    .split('\n')
    .filter((path) => path !== '' && !path.startsWith('examples/') && existsSync(join(root, path)));
}

/** The TypeScript and Svelte files of every package, with their text. */
export function sourceFiles(root: string): SourceFile[] {
  return repositoryPaths(root)
    .filter((path) => /\.(ts|svelte)$/.test(path) && path.includes('/'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** What each package of the graph exports, read from its package.json. */
export function packageExports(root: string): Exports {
  const found = new Map<string, readonly string[]>();
  for (const name of Object.keys(arrows)) {
    const path = join(root, name, 'package.json');
    if (!existsSync(path)) continue;
    found.set(name, Object.keys(manifest.parse(JSON.parse(readFileSync(path, 'utf8'))).exports));
  }
  return found;
}
