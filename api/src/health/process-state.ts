import { readFile } from 'node:fs/promises';

/**
 * What a process of this machine does. `stopped` is one that got SIGSTOP or waits for a debugger: it is there, holds its connections, and
 * does nothing. Only Linux tells; elsewhere what can be signalled counts as running.
 */
export async function processState(pid: number): Promise<'running' | 'stopped' | 'gone'> {
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    const [letter = ''] = stat.slice(stat.lastIndexOf(')') + 2);
    if (letter === 'T' || letter === 't') return 'stopped';
    return letter === 'Z' || letter === 'X' ? 'gone' : 'running';
  } catch {
    return canBeSignalled(pid) ? 'running' : 'gone';
  }
}

function canBeSignalled(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // One of another user is there, and only may not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
