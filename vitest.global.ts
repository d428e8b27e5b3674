import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTemporal, isAlive } from './temporal/src/index.ts';

/**
 * Gives the run one temporary folder, gone with it, whatever its tests and the processes they kill leave there; and gets
 * the Temporal server before the first test that needs one, in the open: on a new machine it takes minutes. Without one
 * the tests that need it fail with the same sentence.
 */
export async function setup(): Promise<() => void> {
  const parent = realpathSync(tmpdir());
  removeOfDead(parent);
  const folder = mkdtempSync(join(parent, `assay-tests-${process.pid}-`));
  process.env['TMPDIR'] = folder;
  const report = (line: string) => process.stderr.write(`${line}\n`);
  await ensureTemporal(process.env, report).catch((error: unknown) => report(String(error)));
  return () => {
    process.env['TMPDIR'] = parent;
    remove(folder);
  };
}

/** Runs that were killed could not remove their folder. */
function removeOfDead(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^assay-tests-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(join(parent, name));
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
