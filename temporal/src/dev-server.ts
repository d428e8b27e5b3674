import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { devServerArguments, devServerEnvironment } from './dev-server-arguments.ts';
import type { DevServerFlags } from './dev-server-arguments.ts';
import { endGroup } from './end-group.ts';
import { spawnTied } from './spawn-tied.ts';
import { isPortFree } from './port.ts';
import { setRetention, untilServing } from './namespace.ts';

export type DevServerOptions = DevServerFlags & { binary: string; retention_days: number };

export type DevServer = {
  readonly pid: number;
  /** SIGTERM, then waits for the end; SIGKILL after ten seconds. */
  stop(): Promise<void>;
  /** SIGKILL: what a crash looks like. */
  kill(): Promise<void>;
};

const namespace = 'default';

/**
 * Starts a Temporal dev server on loopback and waits until it serves.
 * @throws with the server's own last words when it ends before it serves
 */
export async function startDevServer({ binary, retention_days, ...flags }: DevServerOptions): Promise<DevServer> {
  // Otherwise the server that has the port would answer in place of ours.
  if (!(await isPortFree(flags.port))) throw new Error(`Port ${flags.port} is taken by another program.`);
  const env = { ...process.env, ...devServerEnvironment };
  const { shell: child, pid } = spawnTied(binary, devServerArguments(flags), { env });
  const words = lastWords(child);
  const where = { address: `127.0.0.1:${flags.port}`, namespace };
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`The Temporal server on port ${flags.port} ended with code ${code}: ${words()}`);
  });
  exited.catch(() => {});
  try {
    await Promise.race([exited, untilServing(where, 60_000)]);
    await Promise.race([exited, setRetention(where, retention_days)]);
  } catch (error) {
    await endGroup(child, 'SIGKILL');
    throw error;
  }
  return { pid: await pid, stop: () => endGroup(child, 'SIGTERM'), kill: () => endGroup(child, 'SIGKILL') };
}

function lastWords(child: ChildProcess): () => string {
  let tail = '';
  const keep = (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-2_000));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => tail.trim();
}
