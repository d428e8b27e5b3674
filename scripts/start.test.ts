import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestEngine } from '@assay/clickhouse/testing';
import { ensureTemporal, freePort, isAlive, isPortFree, searchAttributesOf, startDevServer } from '@assay/temporal';
import { searchAttributeNames } from '@assay/workflows';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRunFile } from './supervisor/run-file.ts';
import type { RunFile } from './supervisor/run-file.ts';

const entry = join(import.meta.dirname, 'start.ts');
const portSettings = ['ASSAY_PORT', 'ASSAY_ENGINE_PORT', 'ASSAY_TEMPORAL_PORT', 'ASSAY_TEMPORAL_UI_PORT'] as const;

type Copy = { dataDir: string; env: NodeJS.ProcessEnv; process: ChildProcess; output: () => string };

let copies: Copy[];
let folders: string[];
beforeEach(() => {
  copies = [];
  folders = [];
});
afterEach(async () => {
  await Promise.all(copies.map(async (copy) => stop(copy, 'SIGTERM')));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function settings(): Promise<NodeJS.ProcessEnv> {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-start-'));
  folders.push(dataDir);
  const ports = await Promise.all(portSettings.map(async (name) => [name, String(await freePort())] as const));
  const own = {
    ASSAY_DATA_DIR: dataDir,
    ASSAY_EXAMPLES: 'never',
    CLICKHOUSE_URL: undefined,
    TEMPORAL_ADDRESS: undefined,
  };
  return { ...process.env, ...own, ...Object.fromEntries(ports) };
}

async function start(env: NodeJS.ProcessEnv): Promise<Copy> {
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const copy = { dataDir: env['ASSAY_DATA_DIR'] ?? '', env, process: child, output: () => output };
  copies.push(copy);
  await new Promise<void>((resolve, reject) => {
    const read = (data: Buffer) => {
      output += data.toString();
      if (output.includes('Assay is running.')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(output)));
  });
  return copy;
}

async function stop({ process: child }: Copy, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function running({ dataDir }: Copy): RunFile {
  const run = readRunFile(dataDir);
  if (!run) throw new Error('There is no run file.');
  return run;
}

function pidOf(copy: Copy, name: string): number | undefined {
  return running(copy).processes.find((found) => found.name === name)?.pid;
}

describe('pnpm start', { timeout: 180_000 }, () => {
  test('answers on every address it prints, and stops without leaving a process, a port or a lock', async () => {
    const copy = await start(await settings());
    const run = running(copy);
    expect(run.processes.map(({ name }) => name).sort()).toEqual(['api', 'engine', 'temporal', 'worker']);
    for (const url of [run.url, `${run.url}/health/ready`, `${run.url}/api/v1/docs`, run.temporal_ui_url])
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);

    await stop(copy, 'SIGTERM');
    expect(copy.process.exitCode).toBe(0);
    expect(run.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    for (const name of portSettings) expect(await isPortFree(Number(copy.env[name]))).toBe(true);
    expect(readRunFile(copy.dataDir)).toBeUndefined();
  });

  test('starts each process again after SIGKILL', async () => {
    const copy = await start(await settings());
    for (const name of ['engine', 'temporal', 'worker', 'api']) {
      const before = pidOf(copy, name);
      if (before === undefined) throw new Error(`There is no ${name}.`);
      process.kill(before, 'SIGKILL');
      await expect.poll(() => pidOf(copy, name) ?? before, { timeout: 30_000 }).not.toBe(before);
      await expect
        .poll(async () => (await fetch(`${running(copy).url}/health/ready`)).status, { timeout: 30_000 })
        .toBe(200);
    }
  });

  test('refuses a second copy with the same data folder, and runs one with another beside', async () => {
    const first = await start(await settings());
    const other = await settings();
    const same = { ...other, ASSAY_DATA_DIR: first.dataDir };
    const refused = spawnSync(process.execPath, [entry], { env: same });
    expect(refused.status).toBe(1);
    expect(refused.stderr.toString()).toContain(`(process ${first.process.pid}, ${running(first).url})`);

    const second = await start(other);
    expect((await fetch(`${running(second).url}/health/ready`)).status).toBe(200);
  });

  test('uses a ClickHouse server and a Temporal service that run already, and registers what they lack', async () => {
    await using engine = await startTestEngine();
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'assay-service-'));
    folders.push(folder);
    const temporal = await startDevServer({
      binary: await ensureTemporal(process.env, () => {}),
      port,
      ui_port: undefined,
      file: join(folder, 'temporal.db'),
      searchAttributes: [],
      retention_days: 1,
    });
    try {
      const address = `127.0.0.1:${port}`;
      const copy = await start({ ...(await settings()), CLICKHOUSE_URL: engine.url, TEMPORAL_ADDRESS: address });
      expect(
        running(copy)
          .processes.map(({ name }) => name)
          .sort(),
      ).toEqual(['api', 'worker']);
      expect(await searchAttributesOf({ address, namespace: 'default' })).toEqual(
        expect.arrayContaining([...searchAttributeNames]),
      );
      await stop(copy, 'SIGTERM');
    } finally {
      await temporal.stop();
    }
  });

  test('names the program that has a port, and starts nothing', async () => {
    const first = await start(await settings());
    const other = { ...(await settings()), ASSAY_PORT: first.env['ASSAY_PORT'] };
    const refused = spawnSync(process.execPath, [entry], { env: other });
    expect(refused.status).toBe(1);
    expect(refused.stderr.toString()).toMatch(
      new RegExp(`port ${other.ASSAY_PORT}: taken by \\S+ \\(process ${pidOf(first, 'api')}\\).*set ASSAY_PORT`),
    );
  });

  test('leaves no process when it is killed itself, and can be started again at once', async () => {
    const env = await settings();
    const first = await start(env);
    const { processes } = running(first);
    await stop(first, 'SIGKILL');
    const second = await start(env);
    expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(running(second).pid).toBe(second.process.pid);
  });
});
