import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LockedError, takeLock } from '@assay/temporal';
import { readSettings } from './settings/read-settings.ts';
import { startEnv } from './env.ts';
import { examineDataFolder } from './doctor/data-folder.ts';
import { examine, failures } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';
import { addresses } from './supervisor/addresses.ts';
import { loadExamplesOnce } from './supervisor/examples.ts';
import { onLauncherGone } from './supervisor/launcher.ts';
import { untilGone } from './supervisor/leftovers.ts';
import { onCodeChange } from './supervisor/reload.ts';
import { readRunFile } from './supervisor/run-file.ts';
import { Supervisor } from './supervisor/supervisor.ts';

const began = performance.now();

function say(line: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  for (const part of line.split('\n')) console.log(`[${seconds} s] ${part}`);
}

async function main(): Promise<void> {
  const { reload } = parseArgs({ options: { reload: { type: 'boolean', default: false } } }).values;
  const env = readSettings(startEnv, process.env);
  refuse([examineDataFolder(env.ASSAY_DATA_DIR)]);
  mkdirSync(env.ASSAY_DATA_DIR, { recursive: true });
  using _lock = lockDataFolder(env.ASSAY_DATA_DIR);
  await untilGone(readRunFile(env.ASSAY_DATA_DIR), say);

  refuse(await examine(env));

  const supervisor = new Supervisor(env, say);
  const stopped = untilAskedToStop(supervisor);
  const isStopped = await Promise.race([stopped.then(() => true), supervisor.start({ reload }).then(() => false)]);
  if (isStopped) return;
  using _watch = reload ? onCodeChange((names) => void restart(supervisor, names)) : undefined;
  announce(addresses(env), env.ASSAY_DATA_DIR, reload ? env.ASSAY_WEB_PORT : undefined);
  void loadExamplesOnce(env, say);
  await stopped;
}

/** @throws what keeps Assay from starting, a sentence each */
function refuse(findings: readonly Finding[]): void {
  const wrong = failures(findings);
  if (wrong.length > 0) throw new Error(wrong.map(({ name, says }) => `${name}: ${says}`).join('\n'));
}

function lockDataFolder(dataDir: string): Disposable {
  try {
    const lock = takeLock(join(dataDir, 'lock'));
    return { [Symbol.dispose]: () => lock.release() };
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const url = readRunFile(dataDir)?.url;
    throw new Error(
      `Assay runs with the data folder ${dataDir} already (process ${error.pid}${url === undefined ? '' : `, ${url}`}). ` +
        'Stop it first, or give this copy a folder and ports of its own: ASSAY_DATA_DIR, ASSAY_PORT, ASSAY_ENGINE_PORT, ' +
        'ASSAY_TEMPORAL_PORT and ASSAY_TEMPORAL_UI_PORT.',
      { cause: error },
    );
  }
}

/**
 * Resolves when everything was stopped, after Ctrl-C, SIGTERM or the end of the runner that started us. A second Ctrl-C
 * ends us at once, and all children with us; a terminal sends the first one twice, directly and through the runner.
 */
function untilAskedToStop(supervisor: Supervisor): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked_at: number | undefined;
    const ask = () => {
      if (asked_at !== undefined && performance.now() - asked_at < 1_000) return;
      if (asked_at !== undefined) process.exit(130);
      asked_at = performance.now();
      say('stopping');
      supervisor.stop().then(() => {
        say('everything is stopped');
        resolve();
      }, reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    onLauncherGone(ask);
  });
}

async function restart(supervisor: Supervisor, names: ReadonlySet<string>): Promise<void> {
  say(`code changed: restarting ${[...names].join(' and ')}`);
  await Promise.all([...names].map(async (name) => supervisor.restart(name)));
}

function announce(found: ReturnType<typeof addresses>, dataDir: string, web_port: number | undefined): void {
  say('Assay is running. Ctrl-C stops everything.');
  console.log(`
  Dashboard     ${web_port === undefined ? found.url : `http://127.0.0.1:${web_port} (reloads; the API is at ${found.url})`}
  API docs      ${found.docs_url}
  Temporal UI   ${found.temporal_ui_url === '' ? 'not known: set TEMPORAL_UI_URL' : found.temporal_ui_url}
  Data, logs    ${dataDir}
`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
