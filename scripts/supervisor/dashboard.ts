import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitForLock } from '@assay/temporal';

const root = join(import.meta.dirname, '../..');
const web = join(root, 'web');
const stamp = join(web, 'build', '.assay-sources');

/** Sources of the dashboard: its own files and the versions of its libraries. Of other packages it uses only types. */
const sources = [
  'package.json',
  'src',
  'static',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
  '../pnpm-lock.yaml',
];

/**
 * Builds `web/build` unless it was built from these very sources.
 * @throws with the builder's own words when it fails
 */
export async function buildDashboard(onBuild: () => void): Promise<void> {
  const digest = sourcesDigest();
  if (isBuilt(digest)) return;
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  using _lock = await waitForLock(join(root, 'node_modules', '.assay-dashboard.lock'), () => {});
  if (isBuilt(digest)) return;
  onBuild();
  const vite = join(web, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web }).catch(
    (error: unknown) => {
      throw new Error(`The dashboard cannot be built.\n${words(error)}`, { cause: error });
    },
  );
  writeFileSync(stamp, digest);
}

function isBuilt(digest: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

function sourcesDigest(): string {
  const hash = createHash('sha256');
  for (const path of sources.flatMap((name) => filesUnder(join(web, name))))
    hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'stderr' in error && error.stderr !== '' ? String(error.stderr) : error.message;
}
