import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Ends a child that leads its own process group. SIGTERM goes to the leader alone and becomes SIGKILL for the group
 * when the grace is over. Waits for the end of its output, not of the leader, which may be gone before the rest of the group
 * has given its ports and files back; so its output must be piped and read.
 */
export async function endGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', grace_ms = 10_000): Promise<void> {
  const { pid } = child;
  if (pid === undefined || hasClosed(child)) return;
  const closed = once(child, 'close');
  if (signal === 'SIGTERM') child.kill('SIGTERM');
  else killGroup(pid);
  const late = setTimeout(() => killGroup(pid), grace_ms);
  await closed;
  clearTimeout(late);
}

function hasClosed(child: ChildProcess): boolean {
  const ended = child.exitCode !== null || child.signalCode !== null;
  return ended && child.stdout?.closed !== false && child.stderr?.closed !== false;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
