import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@assay/temporal';
import { readRunFile, type RunFile } from '../supervisor/run-file.ts';

/** Everything `pnpm start` starts on one machine: engine, Temporal, api and worker under their supervisor. */
export interface House extends AsyncDisposable {
  readonly url: string;
  readonly engine_url: string;
  readonly pid: number | undefined;
  readonly settings: HouseSettings;
  /** What it says of itself now. @throws Error when it has stopped in good order */
  run(): RunFile;
  /** Undefined while one of its processes is being started again. */
  pidOf(name: string): number | undefined;
  /** Ends one of its processes, such as `worker`, by SIGKILL unless told otherwise; the supervisor starts it again. */
  kill(name: string, signal?: 'SIGKILL' | 'SIGTERM'): void;
  /** Ends the supervisor. @returns its exit code, null when the signal ended it */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export type HouseSettings = NodeJS.ProcessEnv & { readonly ASSAY_DATA_DIR: string };

export const startScript = join(import.meta.dirname, '../start.ts');
export const portSettings = [
  'ASSAY_PORT',
  'ASSAY_ENGINE_PORT',
  'ASSAY_TEMPORAL_PORT',
  'ASSAY_TEMPORAL_UI_PORT',
] as const;

/** Settings of a house of its own: free ports, a new data folder, no example feeds, no service that runs already. */
export async function ownSettings(): Promise<HouseSettings> {
  const ports = await Promise.all(portSettings.map(async (name) => [name, String(await freePort())] as const));
  const { CLICKHOUSE_URL: _url, TEMPORAL_ADDRESS: _address, ...inherited } = process.env;
  return {
    ...inherited,
    ...Object.fromEntries(ports),
    ASSAY_DATA_DIR: mkdtempSync(join(tmpdir(), 'assay-house-')),
    ASSAY_EXAMPLES: 'never',
  };
}

/**
 * Starts a house and waits until it runs. Disposing of it stops it and removes its data folder.
 * @throws Error with everything it printed when it ends before
 */
export async function startHouse(given?: HouseSettings): Promise<House> {
  const settings = given ?? (await ownSettings());
  const child = spawn(process.execPath, [startScript], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (data: Buffer) => {
      output += data.toString();
      if (output.includes('Assay is running.')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`Assay did not start:\n${output}`)));
  });

  const run = () => {
    const found = readRunFile(settings.ASSAY_DATA_DIR);
    if (found === undefined) throw new Error('The house has no run file.');
    return found;
  };
  const pidOf = (name: string) =>
    readRunFile(settings.ASSAY_DATA_DIR)?.processes.find((process) => process.name === name)?.pid;
  const stop = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    await gone;
    return child.exitCode;
  };

  return {
    url: run().url,
    engine_url: run().engine_url,
    pid: child.pid,
    settings,
    run,
    pidOf,
    kill(name, signal = 'SIGKILL') {
      const pid = pidOf(name);
      if (pid !== undefined) endProcess(pid, signal);
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGTERM');
      rmSync(settings.ASSAY_DATA_DIR, { recursive: true, force: true });
    },
  };
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const isDownAlready = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isDownAlready) throw error;
  }
}
