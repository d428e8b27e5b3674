import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate, newId, timestampOf, type Connection, type Querier } from '@assay/clickhouse';
import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { parsePolicies, type Policies, type Target } from '@assay/rules';
import { incidentWorkflowId, taskQueues, type Notice } from '@assay/workflows';
import { startTestTemporal, type TestTemporal } from '@assay/workflows/testing';
import { Client, Connection as TemporalConnection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, IllegalStateError, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { failureInterceptor } from '../../failure.ts';
import type { Judgement } from '../../judgements.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { createIncidentActivities } from '../create-incident-activities.ts';
import type { IncidentDeps } from '../incident-deps.ts';
import { raiseJudgements, type Raised } from '../raise-judgements.ts';

/** Engine and Temporal as processes, and a worker that does nothing but incidents. */
export interface IncidentHouse extends AsyncDisposable {
  readonly engine: TestEngine;
  readonly temporal: TestTemporal;
  readonly db: Querier;
  readonly client: Client;
  readonly env: Record<string, string>;
  /** The levels of every severity from now on. */
  levels(levels: readonly { readonly after: string; readonly targets: readonly string[] }[]): void;
  /** A target from now on, whatever the policies are; null takes it away. */
  target(name: string, settings: Target | null): void;
  /** Called at every named step; throws to fail there. */
  reached: (point: string) => void;
  /** Waited for before every attempt to deliver begins. */
  beforeDelivery: () => Promise<void>;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Temporal dies and comes back with what it stored; the worker has to be stopped. */
  restartTemporal(): Promise<void>;
  /** Tells the incidents of a source about its next load. */
  load(source: string, judgements: readonly Judgement[], more?: { load_id: string; check_id: string }): Promise<Raised>;
  /** The incident workflow of a rule of a source. */
  handle(source: string, rule_id?: string): WorkflowHandle;
}

const rule = 'amount-present';

/** What a check says of the one rule of the house. */
export function judgement(verdict: Judgement['verdict'], more: Partial<Judgement> = {}): Judgement {
  return {
    rule_id: rule,
    segment: '',
    kind: 'not_null',
    verdict,
    severity: 'high',
    anomaly_id: verdict === 'fail' ? '9' : '0',
    finding: verdict === 'fail' ? '7% of amount are null.' : '0% of amount are null.',
    rows_failed: '70',
    ...more,
  };
}

/** Starts an engine and Temporal; the worker is started by the test. */
export async function openIncidentHouse(): Promise<IncidentHouse> {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
    shutdownSignals: [],
  });
  const folder = await mkdtemp(join(tmpdir(), 'assay-inc-'));
  const [engine, temporal] = await Promise.all([startTestEngine(), startTestTemporal()]);
  const connection: Connection = connect({ url: engine.url, database: engine.database, request_timeout_ms: 5_000 });
  const db = connection.querier('default');
  await migrate(db);
  const bundle = await workflowBundle(folder);
  let levels: Parameters<IncidentHouse['levels']>[0] = [];
  const targets: Record<string, Target> = {};
  const client = new Client({ connection: await TemporalConnection.connect({ address: temporal.address }) });
  let running: { worker: Worker; ended: Promise<void>; connection: NativeConnection } | undefined;

  const currentPolicies = (): Policies => {
    const named = levels.flatMap((level) => level.targets).map((name) => [name, { channel: 'log' }]);
    const document = { targets: Object.fromEntries(named), policies: { default: { any: { levels } } } };
    const parsed = parsePolicies(JSON.stringify(document), { file: 'policies.yaml' });
    // A level may name a target that was taken away since.
    return { ...parsed, targets: { log: { channel: 'log' }, ...targets } };
  };

  const deps: IncidentDeps = {
    connection,
    temporal: client,
    log: pino({ enabled: false }),
    now: Date.now,
    dashboard_url: 'http://127.0.0.1:4400',
    reached: (point) => {
      house.reached(point);
    },
    policies: { current: async () => currentPolicies() },
    get env() {
      return house.env;
    },
    retry_delays_ms: [200, 200, 200],
  };

  const house: IncidentHouse = {
    engine,
    temporal,
    db,
    client,
    env: {},
    levels: (next) => {
      levels = next;
    },
    target: (name, settings) => {
      if (settings === null) Reflect.deleteProperty(targets, name);
      else targets[name] = settings;
    },
    reached: () => {},
    beforeDelivery: async () => {},

    async startWorker() {
      const activities = createIncidentActivities(deps);
      const native = await NativeConnection.connect({ address: temporal.address });
      const worker = await Worker.create({
        connection: native,
        taskQueue: taskQueues.control,
        workflowBundle: bundle,
        activities: {
          ...activities,
          deliverNotice: async (notice: Notice) => {
            await house.beforeDelivery();
            return activities.deliverNotice(notice);
          },
        },
        interceptors: { activity: [() => ({ inbound: failureInterceptor({ attempts_max: 10 }) })] },
        shutdownGraceTime: '1 second',
        shutdownForceTime: '5 seconds',
      });
      running = { worker, ended: worker.run().catch(unlessDrained), connection: native };
    },

    async stopWorker() {
      if (running === undefined) return;
      const { worker, ended, connection: native } = running;
      running = undefined;
      worker.shutdown();
      await ended;
      await native.close();
    },

    async restartTemporal() {
      await temporal.kill();
      await temporal.restart();
    },

    load(source, judgements, more) {
      const load_id = newId(Date.now());
      const ids = more ?? { load_id, check_id: newId(Date.now()) };
      return raiseJudgements(deps, {
        load: {
          tenant: 'default',
          source_id: sourceIdOf(source),
          source,
          load_id: ids.load_id,
          file: `${source}.jsonl`,
          received_at: timestampOf(Date.now()),
        },
        check_id: ids.check_id,
        labels: {},
        judgements,
        waiting: judgements,
      });
    },

    handle: (source, rule_id = rule) =>
      client.workflow.getHandle(
        incidentWorkflowId({ tenant: 'default', source_id: sourceIdOf(source), rule_id, segment: '' }),
      ),

    async [Symbol.asyncDispose]() {
      await house.stopWorker();
      await client.connection.close();
      await connection.close();
      await temporal.stop();
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return house;
}

/** The SDK may count a call that has just ended as still running when it closes a drained worker. */
function unlessDrained(error: unknown): void {
  if (!(error instanceof IllegalStateError && error.message.startsWith('Worker still in use'))) throw error;
}

/** A source of its own for every name. */
function sourceIdOf(source: string): string {
  return BigInt(`0x${createHash('sha256').update(source).digest('hex').slice(0, 15)}`).toString();
}
