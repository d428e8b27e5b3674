import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAlive } from '@assay/temporal';

const check_ms = 500;

/**
 * Calls back when one of the package runners that started us (`npx`, `pnpm` and their shells) is gone. They do not pass
 * on every signal, and whoever ends `npx … start` means Assay, not the runner.
 */
export function onLauncherGone(callback: () => void): void {
  const runners = process.env['npm_lifecycle_event'] === undefined ? [] : runnersAbove(process.ppid);
  const timer = setInterval(() => {
    if (runners.every(isAlive)) return;
    clearInterval(timer);
    callback();
  }, check_ms).unref();
}

/** From `pid` upwards as long as it is a runner, or a shell that a runner started. */
function runnersAbove(pid: number): number[] {
  const found: number[] = [];
  let shells: number[] = [];
  for (let at = pid; at > 1;) {
    const { parent, command } = describe(at);
    if (/^(sh|\/bin\/sh|bash|dash) -c\b/.test(command)) shells.push(at);
    else if (/\b(npm|npx|pnpm|corepack)\b/.test(command)) {
      found.push(...shells, at);
      shells = [];
    } else break;
    at = parent;
  }
  return found;
}

function describe(pid: number): { parent: number; command: string } {
  try {
    if (process.platform !== 'linux') {
      const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { stdio: 'pipe' })
        .toString()
        .trim();
      return { parent: Number.parseInt(line, 10), command: line.replace(/^\d+\s+/, '') };
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    return { parent: 0, command: '' };
  }
}
