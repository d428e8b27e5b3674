import { join } from 'node:path';
import { devServerArguments, devServerEnvironment, setRetention, untilPolled, untilServing } from '@assay/temporal';
import { searchAttributeNames, taskQueues } from '@assay/workflows';
import type { StartEnv } from '../env.ts';
import { addresses, childEnvironment } from './addresses.ts';
import { untilHealthy } from './health.ts';
import type { ServicePlan } from './service.ts';

const root = join(import.meta.dirname, '../..');
const retention_days = 30;

/** The embedded engine. */
export function enginePlan(env: StartEnv): ServicePlan {
  return {
    ...node('engine', 'clickhouse/src/embedded/main.ts', env),
    ports: [{ number: env.ASSAY_ENGINE_PORT, setting: 'ASSAY_ENGINE_PORT' }],
    untilReady: (_, signal) => untilHealthy(`${addresses(env).engine_url}/ping`, signal),
    grace_ms: 15_000,
  };
}

/** The Temporal server with its web UI. */
export function temporalPlan(env: StartEnv, binary: string): ServicePlan {
  const where = { address: addresses(env).temporal_address, namespace: env.TEMPORAL_NAMESPACE };
  return {
    name: 'temporal',
    command: binary,
    args: devServerArguments({
      port: env.ASSAY_TEMPORAL_PORT,
      ui_port: env.ASSAY_TEMPORAL_UI_PORT,
      file: join(env.ASSAY_DATA_DIR, 'temporal.db'),
      searchAttributes: searchAttributeNames,
    }),
    env: devServerEnvironment,
    ports: [
      { number: env.ASSAY_TEMPORAL_PORT, setting: 'ASSAY_TEMPORAL_PORT' },
      { number: env.ASSAY_TEMPORAL_UI_PORT, setting: 'ASSAY_TEMPORAL_UI_PORT' },
    ],
    untilReady: async () => {
      await untilServing(where, 60_000);
      await setRetention(where, retention_days);
    },
    grace_ms: 10_000,
  };
}

/** The worker, for all task queues. */
export function workerPlan(env: StartEnv): ServicePlan {
  const where = { address: addresses(env).temporal_address, namespace: env.TEMPORAL_NAMESPACE };
  return {
    ...node('worker', 'activities/src/worker.ts', env),
    ports: [],
    untilReady: (pid, signal) => untilPolled(where, { pid, taskQueues: Object.values(taskQueues), signal }),
    grace_ms: 20_000,
  };
}

/** The API with the dashboard. */
export function apiPlan(env: StartEnv): ServicePlan {
  return {
    ...node('api', 'api/src/server.ts', env),
    ports: [{ number: env.ASSAY_PORT, setting: 'ASSAY_PORT' }],
    // What it needs runs by then; and where the disk is full people still look at what there is.
    untilReady: (_, signal) => untilHealthy(`${addresses(env).url}/health/live`, signal),
    grace_ms: 10_000,
  };
}

/** The dashboard with reload, for those who work on it. */
export function webPlan(env: StartEnv): ServicePlan {
  const args = ['node_modules/vite/bin/vite.js', 'dev', '--host', '127.0.0.1', '--strictPort'];
  return {
    name: 'web',
    command: process.execPath,
    args: [...args, '--port', String(env.ASSAY_WEB_PORT)],
    cwd: join(root, 'web'),
    env: { ASSAY_URL: addresses(env).url },
    ports: [{ number: env.ASSAY_WEB_PORT, setting: 'ASSAY_WEB_PORT' }],
    untilReady: (_, signal) => untilHealthy(`http://127.0.0.1:${env.ASSAY_WEB_PORT}/`, signal),
    grace_ms: 2_000,
  };
}

function node(
  name: string,
  main: string,
  env: StartEnv,
): Pick<ServicePlan, 'name' | 'command' | 'args' | 'env' | 'cwd'> {
  return { name, command: process.execPath, args: [main], env: childEnvironment(env), cwd: root };
}
