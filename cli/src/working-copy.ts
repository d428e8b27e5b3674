import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The working copy this command line belongs to. */
export const root = resolve(import.meta.dirname, '../..');

/** The version of this command line. */
export function ownVersion(): string {
  const text = readFileSync(join(root, 'cli/package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** Takes settings from `.env` of the working copy where the environment says nothing. */
export function loadSettings(): void {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** The data folder of the working copy, unless ASSAY_DATA_DIR names another. */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['ASSAY_DATA_DIR'];
  return resolve(root, named === undefined || named === '' ? '.assay' : named);
}
