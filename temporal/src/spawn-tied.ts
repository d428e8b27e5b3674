import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * A shell between us and the program, so that the program cannot outlive us: it waits for the program and for the end
 * of its own stdin, which the kernel closes when we die, however we die. It reports the program's process number on
 * descriptor 3, passes SIGTERM on, and ends with the program's exit code.
 */
const script = `
stop= program=
trap 'stop=1; kill -TERM $program 2>/dev/null' TERM INT HUP
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
program=$!
[ -z "$stop" ] || kill -TERM $program
(read -r _ <&4; kill -TERM $program; sleep 10; kill -KILL $program) 2>/dev/null &
watcher=$!
exec 4<&-
echo $program >&3
exec 3>&-
wait $program
code=$?
while kill -0 $program 2>/dev/null; do wait $program; code=$?; done
kill $watcher 2>/dev/null
exit $code
`;

export type Tied = {
  /** The shell, leader of a process group with the program; its exit code is the program's. */
  shell: ChildProcess;
  /** Process number of the program itself; rejects when it could not be started. */
  pid: Promise<number>;
};

/** Starts a program that ends when this process ends, even by SIGKILL. Its output must be read. */
export function spawnTied(
  command: string,
  args: readonly string[],
  { env = process.env, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Tied {
  const shell = spawn('/bin/sh', ['-c', script, 'tied', command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const pid = new Promise<number>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => reject(new Error(`${command} ended before it was started.`)));
    shell.stdio[3]?.once('data', (line) => resolve(Number(String(line).trim())));
  });
  pid.catch(() => {});
  return { shell, pid };
}
