import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A worker as a process of its own. */
export interface TestWorker {
  readonly pid: number;
  /** Resolves with the signal or code the process ended with. */
  readonly ended: Promise<NodeJS.Signals | number>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const workerMain = fileURLToPath(new URL('../worker.ts', import.meta.url));

/** Resolves once the worker serves its queues; throws with its output when it ends before that. */
export async function spawnWorker(env: Readonly<Record<string, string>>): Promise<TestWorker> {
  const child = spawn(process.execPath, [workerMain], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]: (number | NodeJS.Signals | null)[]) => signal ?? code ?? 0);
  let output = '';
  const started = new Promise<void>((resolve, reject) => {
    const collect = (piece: Buffer) => {
      output = (output + piece.toString()).slice(-20_000);
      if (output.includes('worker started')) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then(() => {
      reject(new Error(`the worker ended: ${output}`));
    });
  });
  await started;
  return { pid: child.pid ?? 0, ended, kill: (signal) => end(child, ended, signal) };
}

async function end(child: ChildProcess, ended: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
