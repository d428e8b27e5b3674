import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTemporal, registerSearchAttributes, untilServing } from '@assay/temporal';
import { searchAttributeNames } from '@assay/workflows';
import type { StartEnv } from '../env.ts';
import { addresses, childEnvironment } from './addresses.ts';
import { buildDashboard } from './dashboard.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';
import { runOnce } from './run-once.ts';
import { Service } from './service.ts';
import type { ServiceHost, ServicePlan } from './service.ts';
import { apiPlan, enginePlan, temporalPlan, webPlan, workerPlan } from './services.ts';

/** Takes one line for the person at the terminal. */
export type Say = (line: string) => void;

/**
 * All processes of one copy: what others stand on first (engine and Temporal), then the tables, then worker and API;
 * stopped the other way round.
 */
export class Supervisor {
  readonly #env: StartEnv;
  readonly #say: Say;
  readonly #services = new Map<string, Service>();
  readonly #startedAt = new Date();
  #stopped: Promise<void> | undefined;

  constructor(env: StartEnv, say: Say) {
    this.#env = env;
    this.#say = say;
    mkdirSync(env.ASSAY_DATA_DIR, { recursive: true });
  }

  /** @throws a sentence with what could not start and what to do; whatever did start is stopped then. */
  async start({ reload }: { reload: boolean }): Promise<void> {
    const env = this.#env;
    try {
      await settled([
        env.CLICKHOUSE_URL === undefined ? this.#run(enginePlan(env)) : undefined,
        this.#startTemporal(),
        reload ? undefined : buildDashboard(() => this.#say('building the dashboard')),
      ]);
      await runOnce('clickhouse/src/migrate-main.ts', [], { env: childEnvironment(env) });
      this.#say('tables are up to date');
      await settled([
        this.#run(workerPlan(env)),
        this.#run(apiPlan(env)),
        reload ? this.#run(webPlan(env)) : undefined,
      ]);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Restarts one process after a change of its code. */
  async restart(name: string): Promise<void> {
    await this.#services.get(name)?.restart();
  }

  /** Stops everything; safe to call twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    for (const stage of [['web', 'api'], ['worker'], ['temporal', 'engine']])
      await Promise.all(stage.map(async (name) => this.#services.get(name)?.stop()));
    removeRunFile(this.#env.ASSAY_DATA_DIR);
  }

  async #startTemporal(): Promise<void> {
    const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = this.#env;
    if (address === undefined) {
      const binary = await ensureTemporal(process.env, this.#say);
      await this.#run(temporalPlan(this.#env, binary));
      return;
    }
    await untilServing({ address, namespace }, 30_000);
    await registerSearchAttributes({ address, namespace }, searchAttributeNames);
    this.#say(`Temporal at ${address} answers`);
  }

  async #run(plan: ServicePlan): Promise<void> {
    if (this.#stopped) throw new Error(`${plan.name} is not started any more.`);
    const host: ServiceHost = {
      logs: join(this.#env.ASSAY_DATA_DIR, 'logs'),
      scratch: join(this.#env.ASSAY_DATA_DIR, 'scratch'),
      say: (name, sentence) => this.#say(`${name} | ${sentence}`),
      changed: () => this.#writeRunFile(),
    };
    const service = new Service(plan, host);
    this.#services.set(plan.name, service);
    const started = Date.now();
    const waiting = setInterval(() => {
      this.#say(`${plan.name} is still starting, ${Math.round((Date.now() - started) / 1000)} s`);
    }, 10_000);
    try {
      await service.start();
    } finally {
      clearInterval(waiting);
    }
    const where = plan.ports.map(({ number }) => number).join(' and ');
    this.#say(`${plan.name} is ready${where === '' ? '' : ` on port ${where}`}`);
  }

  #writeRunFile(): void {
    if (this.#stopped) return;
    const { url, engine_url, temporal_address, temporal_ui_url } = addresses(this.#env);
    try {
      writeRunFile(this.#env.ASSAY_DATA_DIR, {
        pid: process.pid,
        started_at: this.#startedAt.toISOString(),
        url,
        engine_url,
        temporal_address,
        temporal_ui_url,
        processes: [...this.#services].flatMap(([name, { pid }]) => (pid === undefined ? [] : [{ name, pid }])),
      });
    } catch (error) {
      // A process that runs must not count as one that failed because nobody can write down that it does.
      this.#say(`run.json cannot be written, and the scripts may look for processes that are gone: ${String(error)}`);
    }
  }
}

/** Waits for all, so that nothing is still starting when the first failure is told. */
async function settled(starts: readonly (Promise<void> | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  await Promise.all(starts.map(async (start) => start?.catch((error: unknown) => failures.push(error))));
  if (failures.length > 0) throw new Error(failures.map(sentence).join('\n'), { cause: failures[0] });
}

function sentence(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
