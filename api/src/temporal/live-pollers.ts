import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * How many workers poll a queue. Temporal names one for minutes after its last poll; whether one of this machine still
 * runs is seen at once.
 */
export function livePollers(pollers: readonly { readonly identity?: string | null | undefined }[]): number {
  return pollers.filter(({ identity }) => !isGone(identity ?? '')).length;
}

/** The SDK names a worker `<pid>@<host>` unless told otherwise. */
function isGone(identity: string): boolean {
  const [, pid, host] = /^(\d+)@(.+)$/.exec(identity) ?? [];
  return host === hostname() && seesProcesses() && !isRunning(Number(pid));
}

/** False in a container: it may have the name of its host, but numbers processes in a way of its own. */
function seesProcesses(): boolean {
  return process.platform !== 'linux' || readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One of another user is there, and only may not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
