import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isAlive } from '@assay/temporal';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { untilHealthy } from './health.ts';
import { Service } from './service.ts';
import type { ServicePlan } from './service.ts';

let folder: string;
let service: Service | undefined;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-service-'));
  said = [];
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const server = `
  const { createServer } = require('node:http');
  console.log(JSON.stringify({ level: 30, msg: 'everyday' }));
  createServer((_, answer) => {
    console.log(JSON.stringify({ level: 40, msg: 'a warning', err: { message: 'its cause' } }));
    console.log('chatter');
    answer.end('ok');
  }).listen(Number(process.env.PORT), '127.0.0.1');
`;

async function make(program: string, over: Partial<ServicePlan> = {}): Promise<{ service: Service; port: number }> {
  const port = await freePort();
  const plan: ServicePlan = {
    name: 'example',
    command: process.execPath,
    args: ['-e', program],
    env: { PORT: String(port) },
    ports: [{ number: port, setting: 'EXAMPLE_PORT' }],
    untilReady: (_, signal) => untilHealthy(`http://127.0.0.1:${port}/`, signal),
    grace_ms: 2_000,
    ...over,
  };
  const say = (name: string, sentence: string) => void said.push(`${name} ${sentence}`);
  return {
    service: new Service(plan, { logs: folder, scratch: join(folder, 'scratch'), say, changed: () => {} }),
    port,
  };
}

const full = '/dev/full';

test.skipIf(!existsSync(full))(
  'a log that cannot be written is told once, and ends nothing (needs /dev/full)',
  async () => {
    symlinkSync(full, join(folder, 'example.log'));
    ({ service } = await make(server));
    await service.start();
    const { pid, plan } = service;
    for (let asked = 0; asked < 3; asked += 1) await fetch(`http://127.0.0.1:${plan.ports[0]?.number ?? 0}/`);
    await expect.poll(() => said).toContain('example warn: a warning (its cause)');
    expect(service.pid).toBe(pid);
    const told = said.filter((line) => line.includes('cannot be written'));
    expect(told).toEqual([expect.stringMatching(/^example .*example\.log cannot be written, .*ENOSPC/)]);
  },
);

test('is ready when it answers; all it writes is in its log, warnings also at the terminal', async () => {
  ({ service } = await make(server));
  await service.start();
  expect(isAlive(service.pid ?? 0)).toBe(true);
  await fetch(`http://127.0.0.1:${service.plan.ports[0]?.number ?? 0}/`);
  await expect.poll(() => said).toContain('example warn: a warning (its cause)');
  expect(said.join()).not.toMatch(/everyday|chatter/);
  expect(readFileSync(join(folder, 'example.log'), 'utf8')).toContain('everyday');
});

test('starts again after a crash, again and again', async () => {
  ({ service } = await make(server));
  await service.start();
  for (let crash = 0; crash < 2; crash += 1) {
    const before = service.pid;
    if (before === undefined) throw new Error('not running');
    process.kill(before, 'SIGKILL');
    await expect.poll(() => service?.pid ?? before, { timeout: 10_000 }).not.toBe(before);
  }
  expect(said).toContain('example ended unexpectedly with code 137; starting it again');
  expect(said).toContain('example is running again');
});

test('leaves temporary files nowhere but in its scratch folder, which is empty when it starts again', async () => {
  const leave = `require('node:fs').mkdtempSync(require('node:os').tmpdir() + '/left-');`;
  ({ service } = await make(leave + server));
  const scratch = join(folder, 'scratch/example');
  await service.start();
  const left = readdirSync(scratch);
  expect(left).toEqual([expect.stringMatching(/^left-/)]);
  const before = service.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await expect.poll(() => service?.pid ?? before, { timeout: 10_000 }).not.toBe(before);
  expect(readdirSync(scratch)).toEqual([expect.not.stringMatching(left[0] ?? '')]);
});

test('a program that ends before it is ready is told with its last words', async () => {
  ({ service } = await make(`console.error('no such table'); process.exit(3)`));
  await expect(service.start()).rejects.toThrow(/example ended with code 3 before it was ready.\n.*no such table/);
});

test('a taken port is told with its owner and the setting that moves it', async () => {
  const other = createServer();
  const { service: made, port } = await make(server);
  service = made;
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    await expect(service.start()).rejects.toThrow(
      new RegExp(`port ${port} is taken by \\S+ \\(process ${process.pid}\\).*EXAMPLE_PORT`),
    );
  } finally {
    other.close();
  }
});

test('stops while it is still starting', async () => {
  ({ service } = await make('setInterval(() => {}, 1000)'));
  const starting = service.start();
  const refused = expect(starting).rejects.toThrow('stopped before it was ready');
  await service.stop();
  await refused;
});

test('a program that ignores SIGTERM is killed when its grace is over', async () => {
  const stubborn = `process.on('SIGTERM', () => {});${server}`;
  ({ service } = await make(stubborn, { grace_ms: 200 }));
  await service.start();
  const { pid } = service;
  await service.stop();
  await expect.poll(() => isAlive(pid ?? 0)).toBe(false);
});
