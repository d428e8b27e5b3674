import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDevServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { ensureTemporal } from './ensure.ts';
import { freePort } from './port.ts';
import { registerSearchAttributes, untilServing } from './namespace.ts';

const where = { address: '', namespace: 'default' };
let folder: string;
let start: () => Promise<DevServer>;

beforeAll(async () => {
  const binary = await ensureTemporal(process.env, () => {});
  folder = await mkdtemp(join(tmpdir(), 'assay-dev-server-'));
  const port = await freePort();
  where.address = `127.0.0.1:${port}`;
  const file = join(folder, 'temporal.db');
  start = () =>
    startDevServer({ binary, port, ui_port: undefined, file, searchAttributes: ['AssayCanary'], retention_days: 30 });
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function connect(): Promise<AsyncDisposable & { client: Client; connection: Connection }> {
  const connection = await Connection.connect({ address: where.address });
  return { client: new Client({ connection }), connection, [Symbol.asyncDispose]: () => connection.close() };
}

describe('a dev server', () => {
  test('keeps what was started through SIGKILL, its retention and its search attributes', async () => {
    const first = await start();
    {
      await using there = await connect();
      await there.client.workflow.start('nobody-runs-this', { taskQueue: 'none', workflowId: 'kept' });
    }
    await first.kill();
    const second = await start();
    try {
      await using there = await connect();
      expect((await there.client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
      const { config } = await there.connection.workflowService.describeNamespace(where);
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
      const { customAttributes } = await there.connection.operatorService.listSearchAttributes(where);
      expect(Object.keys(customAttributes)).toContain('AssayCanary');
    } finally {
      await second.stop();
    }
  });

  test('takes search attributes that it did not know at start', async () => {
    const server = await start();
    try {
      await registerSearchAttributes(where, ['AssayCanary', 'AssayLater']);
      await registerSearchAttributes(where, ['AssayCanary', 'AssayLater']);
      await using there = await connect();
      const { customAttributes } = await there.connection.operatorService.listSearchAttributes(where);
      expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['AssayCanary', 'AssayLater']));
    } finally {
      await server.stop();
    }
  });

  test('is waited for until it has the namespace, and a namespace that stays away is named', async () => {
    const server = await start();
    try {
      const later = { ...where, namespace: 'later' };
      await expect(untilServing(later, 500)).rejects.toThrow(/has no namespace later: create it there, or set/);
      const waiting = untilServing(later, 30_000);
      await using there = await connect();
      const workflowExecutionRetentionPeriod = msToTs('1 day');
      await there.connection.workflowService.registerNamespace({ ...later, workflowExecutionRetentionPeriod });
      await expect(waiting).resolves.toBeUndefined();
    } finally {
      await server.stop();
    }
  });

  test('does not pass off another server on its port as its own', async () => {
    const server = await start();
    try {
      await expect(start()).rejects.toThrow(/Port \d+ is taken/);
    } finally {
      await server.stop();
    }
  });
});
