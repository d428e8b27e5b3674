import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endGroup } from './end-group.ts';
import { isAlive } from './process-identity.ts';
import { spawnTied } from './spawn-tied.ts';

test('the exit code is the program’s', async () => {
  const { shell } = spawnTied('sh', ['-c', 'exit 7']);
  shell.stdout?.resume();
  shell.stderr?.resume();
  expect(await once(shell, 'exit')).toEqual([7, null]);
});

test('SIGTERM reaches the program, whose own handling decides', async () => {
  const { shell } = spawnTied('sh', ['-c', 'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.01; done']);
  let output = '';
  shell.stderr?.resume();
  const ready = new Promise<void>((resolve) => {
    shell.stdout?.on('data', (data) => {
      output += String(data);
      resolve();
    });
  });
  await ready;
  await endGroup(shell, 'SIGTERM');
  expect({ code: shell.exitCode, output }).toEqual({ code: 3, output: 'ready\nbye\n' });
});

test('a killed program ends its shell, and SIGKILL to the group ends both', async () => {
  const first = spawnTied('sleep', ['60']);
  first.shell.stdout?.resume();
  first.shell.stderr?.resume();
  process.kill(await first.pid, 'SIGKILL');
  expect(await once(first.shell, 'exit')).toEqual([137, null]);

  const second = spawnTied('sleep', ['60']);
  second.shell.stdout?.resume();
  second.shell.stderr?.resume();
  await second.pid;
  await endGroup(second.shell, 'SIGKILL');
  expect(second.shell.signalCode).toBe('SIGKILL');
});

test('the program ends when the process that started it is killed', async () => {
  const module = new URL('spawn-tied.ts', import.meta.url).href;
  const code = `
    const { spawnTied } = await import(${JSON.stringify(module)});
    const { shell, pid } = spawnTied('sh', ['-c', 'trap "exit 0" TERM; while :; do sleep 0.01; done']);
    console.log(await pid);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line).trim());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 5_000, interval: 20 }).toBe(false);
});
