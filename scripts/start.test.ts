import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestEngine } from '@assay/clickhouse/testing';
import { ensureTemporal, freePort, isAlive, isPortFree, searchAttributesOf, startDevServer } from '@assay/temporal';
import { searchAttributeNames } from '@assay/workflows';
import { describe, expect, test } from 'vitest';
import { readRunFile } from './supervisor/run-file.ts';
import { ownSettings, portSettings, startHouse, startScript } from './testing/house.ts';

describe('pnpm start', { timeout: 180_000 }, () => {
  test('answers on every address it prints, and stops without leaving a process, a port or a lock', async () => {
    await using house = await startHouse();
    const run = house.run();
    expect(run.processes.map(({ name }) => name).sort()).toEqual(['api', 'engine', 'temporal', 'worker']);
    for (const url of [run.url, `${run.url}/health/ready`, `${run.url}/api/v1/docs`, run.temporal_ui_url])
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);

    expect(await house.stop('SIGTERM')).toBe(0);
    expect(run.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    for (const name of portSettings) expect(await isPortFree(Number(house.settings[name]))).toBe(true);
    expect(readRunFile(house.settings.ASSAY_DATA_DIR)).toBeUndefined();
  });

  test('says which process was stopped by a signal, and starts each again after SIGKILL', async () => {
    await using house = await startHouse();
    const ready = () => fetch(`${house.url}/health/ready`);
    const isReady = async () => (await ready()).status;
    // Only Linux tells that a process is stopped.
    for (const name of process.platform === 'linux' ? ['engine', 'temporal', 'worker'] : []) {
      const pid = house.pidOf(name) ?? 0;
      process.kill(pid, 'SIGSTOP');
      const advice = `The process ${name} (${pid}) was stopped by a signal: \`kill -CONT ${pid}\` lets it go on.`;
      await expect.poll(async () => (await ready()).text(), { timeout: 30_000 }).toContain(advice);
      process.kill(pid, 'SIGCONT');
      await expect.poll(isReady, { timeout: 30_000 }).toBe(200);
    }
    for (const name of ['engine', 'temporal', 'worker', 'api']) {
      const before = house.pidOf(name);
      expect(before).toBeDefined();
      house.kill(name);
      await expect.poll(() => house.pidOf(name), { timeout: 30_000 }).not.toBeOneOf([before, undefined]);
      await expect.poll(isReady, { timeout: 30_000 }).toBe(200);
    }
  });

  test('refuses a second copy with the same data folder, and runs one with another beside', async () => {
    await using first = await startHouse();
    const other = await ownSettings();
    const same = { ...other, ASSAY_DATA_DIR: first.settings.ASSAY_DATA_DIR };
    const refused = spawnSync(process.execPath, [startScript], { env: same });
    expect(refused.status).toBe(1);
    expect(refused.stderr.toString()).toContain(`(process ${first.pid}, ${first.url})`);

    await using second = await startHouse(other);
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
  });

  test('uses a ClickHouse server and a Temporal service that run already, and registers what they lack', async () => {
    await using engine = await startTestEngine();
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'assay-service-'));
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
      const services = { CLICKHOUSE_URL: engine.url, TEMPORAL_ADDRESS: address };
      await using house = await startHouse({ ...(await ownSettings()), ...services });
      const names = house.run().processes.map(({ name }) => name);
      expect(names.sort()).toEqual(['api', 'worker']);
      expect(await searchAttributesOf({ address, namespace: 'default' })).toEqual(
        expect.arrayContaining([...searchAttributeNames]),
      );
    } finally {
      await temporal.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('refuses a data folder that is a file in a sentence', async () => {
    const settings = await ownSettings();
    const file = join(settings.ASSAY_DATA_DIR, 'file');
    writeFileSync(file, '');
    const refused = spawnSync(process.execPath, [startScript], { env: { ...settings, ASSAY_DATA_DIR: file } });
    rmSync(settings.ASSAY_DATA_DIR, { recursive: true });
    expect(refused.status).toBe(1);
    expect(refused.stderr.toString()).toBe(
      `data folder: ${file} is not a folder. Set ASSAY_DATA_DIR to a folder of your own.\n`,
    );
  });

  test('names the program that has a port, and starts nothing', async () => {
    await using first = await startHouse();
    const other = { ...(await ownSettings()), ASSAY_PORT: first.settings['ASSAY_PORT'] };
    const refused = spawnSync(process.execPath, [startScript], { env: other });
    rmSync(other.ASSAY_DATA_DIR, { recursive: true, force: true });
    expect(refused.status).toBe(1);
    expect(refused.stderr.toString()).toMatch(
      new RegExp(`port ${other.ASSAY_PORT}: taken by \\S+ \\(process ${first.pidOf('api')}\\).*set ASSAY_PORT`),
    );
  });

  test('leaves no process when it is killed itself, and can be started again at once', async () => {
    const first = await startHouse();
    const { processes } = first.run();
    await first.stop('SIGKILL');
    await using second = await startHouse(first.settings);
    expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(second.run().pid).toBe(second.pid);
  });
});
