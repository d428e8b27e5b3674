import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from './process-identity.ts';

/** Somebody else holds the lock and is alive. */
export class LockedError extends Error {
  readonly pid: number;
  constructor(path: string, pid: number) {
    super(`${path} is held by process ${pid}.`);
    this.name = 'LockedError';
    this.pid = pid;
  }
}

export type Lock = { release(): void };

/**
 * Takes a lock file for this process. A lock left behind by a process that is gone is taken over, also when another
 * program runs under its number now.
 * @throws LockedError when a living process holds it
 */
export function takeLock(path: string): Lock {
  const mine = processIdentity(process.pid) ?? String(process.pid);
  const own = `${path}.${process.pid}`;
  writeFileSync(own, mine);
  try {
    for (;;) {
      if (linked(own, path)) return { release: () => release(path, mine) };
      const holder = read(path);
      if (holder === undefined) continue;
      const pid = Number(holder.split(' ')[0]);
      if (holder === processIdentity(pid)) throw new LockedError(path, pid);
      discard(path, holder);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}

/** The process that holds a lock file now; undefined when none does, or only one that is gone. */
export function lockHolder(path: string): number | undefined {
  const holder = read(path);
  const pid = Number(holder?.split(' ')[0]);
  return holder !== undefined && holder === processIdentity(pid) ? pid : undefined;
}

/** Two processes may find the same dead lock: the one that moves a newer lock away by mistake puts it back. */
function discard(path: string, dead: string): void {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) !== dead) linked(aside, path);
  rmSync(aside, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
