import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LockedError, takeLock } from './lock.ts';
import { waitForLock } from './wait-for-lock.ts';

const fresh = () => join(mkdtempSync(join(tmpdir(), 'assay-lock-')), 'lock');

test('a lock that is held is refused with the number of its holder, and free after release', () => {
  const path = fresh();
  const lock = takeLock(path);
  expect(() => takeLock(path)).toThrow(new LockedError(path, process.pid));
  lock.release();
  takeLock(path).release();
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test('the lock of a process that was killed is taken over', async () => {
  const path = fresh();
  const module = new URL('lock.ts', import.meta.url).href;
  const code = `(await import(${JSON.stringify(module)})).takeLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000)`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  expect(() => takeLock(path)).toThrow(LockedError);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  takeLock(path).release();
});

test('a lock whose number belongs to another process now is taken over', () => {
  const path = fresh();
  writeFileSync(path, `${process.pid} 1`);
  takeLock(path).release();
});

test('waiting for a lock says so once and ends when it is released', async () => {
  const path = fresh();
  const lock = takeLock(path);
  let waits = 0;
  const waiting = waitForLock(path, () => {
    waits += 1;
    lock.release();
  });
  (await waiting)[Symbol.dispose]();
  expect(waits).toBe(1);
});
