import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { root } from './working-copy.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an entry point of `scripts/` as a person would, from a folder of theirs. */
export async function runScript(
  script: 'assay' | 'ingest',
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; stdin?: string },
): Promise<Ran> {
  const child = spawn(join(root, 'scripts', script), args, {
    cwd: options.cwd,
    // Nothing of the workspace is on PATH, as on a machine that has Node alone.
    env: {
      PATH: '/usr/bin:/bin',
      HOME: options.cwd,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(options.stdin ?? '');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, stdout, stderr };
}
