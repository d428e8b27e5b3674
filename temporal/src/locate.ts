import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { temporalVersion } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a Temporal server comes from: a service that runs already, or a binary and how it was found. */
export type TemporalRoute =
  { kind: 'service'; address: string } | { kind: 'binary'; path: string; found: 'path' | 'cache' };

/** The first route that needs neither network nor compiler, or undefined when the binary has to be fetched. */
export async function locateTemporal(env: Environment): Promise<TemporalRoute | undefined> {
  if (env['TEMPORAL_ADDRESS']) return { kind: 'service', address: env['TEMPORAL_ADDRESS'] };
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'temporal');
    if (folder !== '' && (await isExecutable(path))) return { kind: 'binary', path, found: 'path' };
  }
  const cached = temporalCachePath(env);
  return (await isExecutable(cached)) ? { kind: 'binary', path: cached, found: 'cache' } : undefined;
}

/** Where the binary is kept between runs, shared by every copy of Assay of this user. */
export function temporalCachePath(env: Environment): string {
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'assay', 'temporal', temporalVersion, 'temporal');
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
