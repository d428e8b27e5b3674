import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Number and start time of a process: numbers are used again, both together are not. Undefined when there is none, or
 * only its exit code waits to be collected.
 */
export function processIdentity(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return `${pid} ${startedAt(pid)}`;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : `${pid} ${fields[18] ?? ''}`;
  } catch {
    return undefined;
  }
}

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

function startedAt(pid: number): string {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { stdio: 'pipe' })
    .toString()
    .trim();
}
