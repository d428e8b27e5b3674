import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@assay/temporal';
import { readRunFile } from '../supervisor/run-file.ts';

/** The four processes of one machine, as `pnpm start` runs them, on free ports and a folder of their own. */
export interface RunningHouse extends AsyncDisposable {
  readonly url: string;
  readonly engine_url: string;
  /** Kills one of them with SIGKILL; the supervisor starts it again. */
  kill(name: string): void;
}

const start = join(import.meta.dirname, '..', 'start.ts');
const ports = ['ASSAY_PORT', 'ASSAY_ENGINE_PORT', 'ASSAY_TEMPORAL_PORT', 'ASSAY_TEMPORAL_UI_PORT'] as const;

export async function startHouse(): Promise<RunningHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-chaos-'));
  const free = await Promise.all(ports.map(async (name) => [name, String(await freePort())] as const));
  const { CLICKHOUSE_URL: _engine, TEMPORAL_ADDRESS: _temporal, ...inherited } = process.env;
  const child = spawn(process.execPath, [start], {
    env: { ...inherited, ASSAY_DATA_DIR: folder, ASSAY_EXAMPLES: 'never', ...Object.fromEntries(free) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let output = '';
  const collect = (piece: Buffer) => {
    output = (output + piece.toString()).slice(-20_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  while (!output.includes('Assay is running.')) {
    if (child.exitCode !== null) throw new Error(`the house did not start: ${output}`);
    await wait(50);
  }
  const run = readRunFile(folder);
  if (run === undefined) throw new Error('the house has no run file');
  return {
    url: run.url,
    engine_url: run.engine_url,
    kill(name) {
      const pid = readRunFile(folder)?.processes.find((process) => process.name === name)?.pid;
      if (pid === undefined) return;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is down already and about to be started again.
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
