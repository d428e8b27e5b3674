import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { connect, openInbox, ReaderPool, tenantsWithSources } from '@assay/clickhouse';
import { connectOptions } from '@assay/clickhouse/env';
import { readEnvironment, SettingsError } from '@assay/rules';
import { searchAttributeNames, taskQueues } from '@assay/workflows';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import { applyRetention } from './apply-retention.ts';
import { StoredComparison } from './compare-stored.ts';
import { crashOnce, neverCrash } from './crash-point.ts';
import type { ActivityDeps } from './deps.ts';
import { workerEnv, type WorkerEnv } from './env.ts';
import { failureInterceptor } from './failure.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { openPolicyStore } from './incident/policy-store.ts';
import { retryDelays_ms } from './incident/retry-delay.ts';
import { createActivities } from './index.ts';
import { runPeriodically } from './periodically.ts';
import { InboxReconciler } from './reconcile-inbox.ts';
import { workflowBundle } from './workflow-bundle.ts';

const reconcileEvery_ms = 30_000;
const sweepEvery_ms = 3_600_000;
const retainEvery_ms = 3_600_000;
/** An upload whose file was not touched for so long is dead. */
const deadUpload_ms = 24 * 3_600_000;
const shutdownGrace = '10 seconds';

/** The worker process: serves its task queues until it is told to stop. */
async function main(): Promise<void> {
  // Buffers that move between threads would otherwise make V8 walk the whole heap, several times per load, for garbage that is not there.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  const env = readEnvironment(workerEnv, process.env);
  const log = pino({ name: 'worker', level: env.ASSAY_LOG_LEVEL });
  Runtime.install({
    // Stopping is our own business: the reconciler and the connections have to end, too.
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN' } } },
    logger: temporalLogger(log),
  });

  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  const deps = await openDeps(env, log);
  const bundle = await workflowBundle(join(env.ASSAY_DATA_DIR, 'cache'));
  const activities = createActivities(deps);
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: env.TEMPORAL_NAMESPACE,
    activities,
    interceptors: { activity: [() => ({ inbound: failureInterceptor({ attempts_max: env.ASSAY_STEP_ATTEMPTS }) })] },
    shutdownGraceTime: shutdownGrace,
    shutdownForceTime: '30 seconds',
  };
  const workers = await Promise.all(
    env.ASSAY_QUEUES.map((queue) =>
      queue === 'control'
        ? Worker.create({
            ...common,
            taskQueue: taskQueues.control,
            workflowBundle: bundle,
            maxCachedWorkflows: 500,
            stickyQueueScheduleToStartTimeout: '3 seconds',
            maxConcurrentActivityTaskExecutions: 50,
          })
        : Worker.create({
            ...common,
            taskQueue: taskQueues[queue],
            maxConcurrentActivityTaskExecutions:
              queue === 'load' ? env.ASSAY_LOADS_AT_ONCE : env.ASSAY_SMALL_LOADS_AT_ONCE,
          }),
    ),
  );

  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  const reconciler = new InboxReconciler(deps);
  const reconciling = runPeriodically(() => reconciler.run(), {
    every_ms: reconcileEvery_ms,
    signal: stopping.signal,
    failed: (error) => log.warn({ err: error }, 'the inbox could not be compared with the loads, trying again'),
  });
  const comparison = new StoredComparison(deps);
  const comparing = runPeriodically(() => comparison.run(), {
    every_ms: reconcileEvery_ms,
    signal: stopping.signal,
    failed: (error) => log.warn({ err: error }, 'stored rows could not be compared with the commits, trying again'),
  });
  const retaining = runPeriodically(() => retain(deps), {
    every_ms: retainEvery_ms,
    signal: stopping.signal,
    failed: (error) => log.warn({ err: error }, 'what expired could not be given up, trying again'),
  });
  const sweeping = runPeriodically(() => deps.inbox.sweep(deps.now() - deadUpload_ms), {
    every_ms: sweepEvery_ms,
    signal: stopping.signal,
    failed: (error) => log.warn({ err: error }, 'what dead uploads left in the inbox could not be swept, trying again'),
  });
  log.info({ queues: env.ASSAY_QUEUES, search_attributes: searchAttributeNames }, 'worker started');
  await Promise.all(workers.map((worker) => worker.run()));
  stop();
  await Promise.all([reconciling, comparing, retaining, sweeping]);
  await deps.connection.close();
  await connection.close();
  log.info('worker stopped');
}

async function retain(deps: ActivityDeps): Promise<void> {
  for (const tenant of await tenantsWithSources(deps.connection.querier(''))) {
    const { sources } = await applyRetention(deps, { tenant, dry_run: false });
    if (sources.length > 0) deps.log.info({ tenant, sources }, 'what sources keep no longer was given up');
  }
}

async function openDeps(env: WorkerEnv, log: ActivityDeps['log']): Promise<ActivityDeps & IncidentDeps> {
  const address = env.TEMPORAL_ADDRESS;
  return {
    connection: connect(connectOptions(env)),
    inbox: await openInbox(join(env.ASSAY_DATA_DIR, 'inbox')),
    temporal: new Client({ connection: await Connection.connect({ address }), namespace: env.TEMPORAL_NAMESPACE }),
    log,
    now: Date.now,
    dashboard_url: env.ASSAY_DASHBOARD_URL,
    temporal_ui_url: env.TEMPORAL_UI_URL,
    policies: await openPolicyStore({ file: env.ASSAY_POLICY_FILE, data_dir: env.ASSAY_DATA_DIR, log }),
    env: process.env,
    retry_delays_ms: retryDelays_ms,
    readers: new ReaderPool({ threads: env.ASSAY_READER_THREADS }),
    reached:
      env.ASSAY_CRASH_AT === undefined
        ? neverCrash
        : crashOnce(env.ASSAY_CRASH_AT, join(env.ASSAY_DATA_DIR, `crashed-${env.ASSAY_CRASH_AT.replace(':', '-')}`)),
  };
}

function temporalLogger(log: ActivityDeps['log']) {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const at = (level: keyof typeof levels) => (message: string, meta?: object) => {
    // A worker of the load queue has no workflows, and means it.
    const known = message.startsWith('No workflows registered');
    log[known ? 'debug' : levels[level]](meta ?? {}, message);
  };
  return {
    log: (level: keyof typeof levels, message: string, meta?: object) => {
      at(level)(message, meta);
    },
    trace: at('TRACE'),
    debug: at('DEBUG'),
    info: at('DEBUG'),
    warn: at('WARN'),
    error: at('ERROR'),
  };
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
