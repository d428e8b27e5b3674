import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Confinement {
  /** Memory the process may ask for from now on, on top of what it has. */
  readonly growth_bytes: number;
  readonly cpu_seconds: number;
}

const run = promisify(execFile);
const prlimit = ['/usr/bin/prlimit', '/bin/prlimit', '/usr/local/bin/prlimit'].find((path) => existsSync(path));

const pageBytes = 4096;
/** What Node, its TypeScript loader and the engine library reserve before they do anything, nearly all of it never touched. */
const idleAddressSpace = 12 * 1024 ** 3;
const watchEvery_ms = 250;

/**
 * Starts a process that `confine` can confine. Where `prlimit` (util-linux) is missing, the shell's `ulimit` sets a
 * limit at once, which is coarser, because it must leave room for what the process itself reserves.
 */
export function spawnConfinable(
  file: string,
  args: readonly string[],
  options: SpawnOptions & Confinement,
): ChildProcess {
  const { growth_bytes, cpu_seconds, ...spawnOptions } = options;
  if (prlimit !== undefined) return spawn(file, args, spawnOptions);
  const kilobytes = Math.floor((idleAddressSpace + growth_bytes) / 1024);
  const space = process.platform === 'linux' ? `ulimit -v ${kilobytes} && ` : '';
  const script = `ulimit -c 0 && ${space}ulimit -t ${Math.ceil(cpu_seconds)} && exec "$@"`;
  return spawn('/bin/sh', ['-c', script, 'sh', file, ...args], spawnOptions);
}

/**
 * Limits a process that stands ready and has seen nothing foreign yet. The kernel keeps the limits: memory it asks for
 * beyond is not given. A system without limits on address space (macOS) has the process watched instead and killed.
 */
export async function confine(child: ChildProcess, { growth_bytes, cpu_seconds }: Confinement): Promise<void> {
  const { pid } = child;
  if (pid === undefined) throw new Error('The process to confine has not started.');
  if (prlimit !== undefined) {
    const pages = Number((await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ')[0]);
    const cpu = Math.ceil(cpu_seconds);
    const limits = [`--as=${pages * pageBytes + growth_bytes}`, `--cpu=${cpu}:${cpu + 5}`, '--core=0'];
    await run(prlimit, ['--pid', String(pid), ...limits]);
    return;
  }
  if (process.platform !== 'linux') watchMemory(child, pid, growth_bytes);
}

function watchMemory(child: ChildProcess, pid: number, growth_bytes: number): void {
  const resident = async (): Promise<number> =>
    Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) * 1024;
  const idle = resident();
  const timer = setInterval(() => {
    Promise.all([idle, resident()]).then(
      ([before, now]) => {
        if (now > before + growth_bytes) child.kill('SIGKILL');
      },
      () => clearInterval(timer),
    );
  }, watchEvery_ms);
  timer.unref();
  child.once('exit', () => clearInterval(timer));
}
