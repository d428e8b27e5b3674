import { startTestTemporal } from '@assay/workflows/testing';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { CheckLoadInput } from '@assay/workflows';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withHeartbeat } from './heartbeat.ts';
import { workflowBundle } from './workflow-bundle.ts';

test('an attempt that the engine stopped is remembered by those after it, and one that failed otherwise is not counted', async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
    shutdownSignals: [],
  });
  const folder = await mkdtemp(join(tmpdir(), 'assay-beat-'));
  await using temporal = await startTestTemporal();
  const [native, connection] = await Promise.all([
    NativeConnection.connect({ address: temporal.address }),
    Connection.connect({ address: temporal.address }),
  ]);
  const seen: number[] = [];
  const checkLoad = (_: CheckLoadInput) =>
    withHeartbeat(async (beat) => {
      seen.push(beat.strains);
      if (beat.attempt === 2) throw new Error('the connection was lost');
      if (beat.attempt === 4) {
        return { check_id: '1', verdict: 'pass', summary: '', anomalies: 0, checked_at: '' };
      }
      beat.strained();
      throw new Error('stopped');
    });
  const worker = (taskQueue: string) =>
    Worker.create({
      connection: native,
      taskQueue,
      activities: {
        checkLoad,
        finishLoad: async () => ({ state: 'loaded', raised: 0, cleared: 0, swept: '0' }),
      },
      ...(taskQueue === 'control' ? { workflowBundle: bundle } : {}),
    });
  const bundle = await workflowBundle(folder);
  const workers = await Promise.all(['control', 'small'].map(worker));
  const running = Promise.all(workers.map((one) => one.run()));
  const load = { tenant: 'default', load_id: '1', source_id: '1', source: 's', file: 'f', sha256: '', bytes: '0' };
  await new Client({ connection }).workflow.execute('recheckLoad', {
    workflowId: 'strained',
    taskQueue: 'control',
    args: [{ load: { ...load, received_at: '', actor: '', backfill: false, replaces: '0' }, generation: 1 }],
  });
  for (const one of workers) one.shutdown();
  await running;
  await connection.close();
  await native.close();
  await rm(folder, { recursive: true, force: true });
  expect(seen).toEqual([0, 1, 1, 2]);
});
