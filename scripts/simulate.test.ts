import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@assay/temporal';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'assay-simulate-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function simulate(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const script = join(import.meta.dirname, 'simulate');
  const { status, stdout, stderr } = spawnSync(script, args, {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder, ASSAY_DATA_DIR: folder, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('scripts/simulate', () => {
  test('says in one sentence that nothing runs, and how to start it', () => {
    const { status, stdout, stderr } = simulate([]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(
      /^Assay is not running .* Start it with `npx -y pnpm@12 start` in .*, or set ASSAY_URL .*\.\n$/,
    );
  });

  test('says so, too, when what ran does not answer any more', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { status, stderr } = simulate(['--count', '1'], { ASSAY_URL: url });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^readings-\S+: not accepted\. Assay does not answer at .* Start it with .*\.\n$/);
  });

  test.each([
    ['--rate', 'x', 'write files per second, a number above 0, at most 1000'],
    ['--rate', '0', 'write files per second, a number above 0, at most 1000'],
    ['--rows', '1.5', 'write a whole number from 1 to 1000000'],
    ['--faults', '', 'write a share from 0 to 1'],
    ['--count', '-1', 'write a whole number from 1'],
    ['--seed', 'abc', 'write a whole number'],
  ])('refuses %s "%s" with what to write instead', (name, value, says) => {
    const { status, stdout, stderr } = simulate([`${name}=${value}`]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`${name} is "${value}": ${says}.`);
  });

  test('names an option that there is not', () => {
    expect(simulate(['--bogus'])).toMatchObject({ status: 3, stderr: expect.stringContaining("'--bogus'") });
  });
});
