import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '@assay/temporal';
import { afterAll, describe, expect, test } from 'vitest';
import { ownSettings } from '../testing/house.ts';
import { writeRunFile } from '../supervisor/run-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay doctor '));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function doctor(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const own = await ownSettings();
  rmSync(own.ASSAY_DATA_DIR, { recursive: true });
  const script = join(import.meta.dirname, '../doctor.ts');
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], {
    env: { ...own, ...env },
    encoding: 'utf8',
  });
  return { status, stdout };
}

function leaveRunFile(dataDir: string): void {
  const url = 'http://127.0.0.1:4400';
  const addresses = { url, engine_url: url, temporal_address: '127.0.0.1:4402', temporal_ui_url: url };
  writeRunFile(dataDir, { pid: 1, started_at: new Date(0).toISOString(), ...addresses, processes: [] });
}

describe('assay doctor', () => {
  test('names everything that decides in one screen of 24 lines', async () => {
    const { status, stdout } = await doctor({ ASSAY_DATA_DIR: join(folder, 'new') });
    expect(status).toBe(0);
    const names = ['Node', 'system', 'CPU', 'cores', 'memory', 'disk', 'data folder', 'Temporal', 'Chromium'];
    for (const name of names) expect(stdout).toMatch(new RegExp(`^(ok  |note)  ${name} `, 'm'));
    expect(stdout.match(/^ok {4}port \d+/gm)).toHaveLength(4);
    expect(stdout).toContain('Assay can start here');
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
  });

  test('shows every setting when asked', async () => {
    const { stdout } = await doctor({ ASSAY_DATA_DIR: folder }, ['--settings']);
    expect(stdout).toMatch(/^ {2}ASSAY_LOADS_AT_ONCE +4$/m);
  });

  test('says which copy uses the data folder, and not that one runs that was killed', async () => {
    leaveRunFile(folder);
    expect((await doctor({ ASSAY_DATA_DIR: folder })).stdout).toContain('Assay can start here');
    const lock = takeLock(join(folder, 'lock'));
    try {
      const { stdout } = await doctor({ ASSAY_DATA_DIR: folder });
      expect(stdout).toContain(`used by the copy that runs (process ${String(process.pid)})`);
      expect(stdout).toContain('A copy with this data folder runs at http://127.0.0.1:4400.');
    } finally {
      lock.release();
    }
  });

  test('refuses a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { status, stdout } = await doctor({ ASSAY_DATA_DIR: join(file, 'below') });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}data folder +.* is not a folder\. Set ASSAY_DATA_DIR/m);
    expect(stdout).toContain('Assay cannot start: data folder.');
  });
});
