import {
  finalStates,
  generationOf,
  loadById,
  loadIdentity,
  tenantsWithSources,
  unfinishedLoads,
  writeLoad,
  type Manifest,
} from '@assay/clickhouse';
import { startFile, startReload, type AgainInput, type LoadIdentity } from '@assay/workflows';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ActivityDeps } from './deps.ts';

type ReconcilerDeps = Pick<ActivityDeps, 'connection' | 'inbox' | 'temporal' | 'log'>;

/**
 * Makes sure that every accepted file has its workflow, whatever died between accepting and starting. Starting is idempotent by id, so
 * this may run beside uploads and other workers.
 */
export class InboxReconciler {
  readonly #deps: ReconcilerDeps;
  /** Loads that need nothing more, so that a full inbox costs one directory listing. */
  readonly #settled = new Set<string>();
  /** Loads that failed in an earlier turn come last: one that cannot be started keeps no other waiting. */
  readonly #failed = new Set<string>();

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /** @returns how many workflows were started. Throws what kept a load from being started; the next turn begins with the others. */
  async run(): Promise<number> {
    const reloads = await this.#inTurn(await this.#reloads(), ({ load, generation }) => this.#reload(load, generation));
    const load_ids = (await this.#deps.inbox.loadIds()).filter((load_id) => !this.#settled.has(load_id));
    const files = await this.#inTurn(
      load_ids.map((load_id) => ({ load: { load_id } })),
      ({ load }) => this.#reconcile(load.load_id),
    );
    // A reading that cannot go on keeps no accepted file waiting.
    const failure = reloads.failure ?? files.failure;
    if (failure !== undefined) throw failure.error;
    return reloads.started + files.started;
  }

  /** Starts one after the other until one fails, those that failed before last. */
  async #inTurn<T extends { load: { readonly load_id: string } }>(
    all: readonly T[],
    start: (one: T) => Promise<boolean>,
  ): Promise<{ started: number; failure?: { error: unknown } }> {
    let started = 0;
    const later = all.filter(({ load }) => this.#failed.has(load.load_id));
    for (const one of [...all.filter(({ load }) => !this.#failed.has(load.load_id)), ...later]) {
      try {
        if (await start(one)) started += 1;
        this.#failed.delete(one.load.load_id);
      } catch (error) {
        this.#failed.add(one.load.load_id);
        return { started, failure: { error } };
      }
    }
    return { started };
  }

  async #reconcile(load_id: string): Promise<boolean> {
    const about = await this.#deps.inbox.manifest(load_id);
    if (about === undefined) return false;
    const load = await loadById(this.#deps.connection.querier(about.tenant), load_id);
    const isStored = load !== undefined && (finalStates.includes(load.state) || generationOf(load.version) > 0);
    if (!isStored) return this.#start(about);
    this.#settled.add(load_id);
    return false;
  }

  /** A stored load that is being read again goes on with that, never from the beginning: its first workflow may be forgotten by now. */
  async #reloads(): Promise<AgainInput[]> {
    const { connection } = this.#deps;
    const found: AgainInput[] = [];
    for (const tenant of await tenantsWithSources(connection.querier(''))) {
      for (const load of await unfinishedLoads(connection.querier(tenant))) {
        const generation = generationOf(load.version);
        if (generation > 0) found.push({ load: loadIdentity(load, tenant), generation });
      }
    }
    return found;
  }

  async #reload(load: LoadIdentity, generation: number): Promise<boolean> {
    try {
      await this.#deps.temporal.workflow.start('reloadLoad', startReload({ load, generation }));
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }

  async #start(about: Manifest): Promise<boolean> {
    const { temporal, inbox, log } = this.#deps;
    try {
      await temporal.workflow.start('checkFile', startFile(about));
      log.info({ load_id: about.load_id, source: about.source, file: about.file }, 'an accepted file was started late');
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { memo } = await temporal.workflow.getHandle(error.workflowId).describe();
      if (memo?.['load_id'] !== about.load_id) {
        // The same content was accepted into two inboxes: the other one is its load.
        await this.#settleDuplicate(about, String(memo?.['load_id']));
        await inbox.discard(about.load_id);
        this.#settled.add(about.load_id);
      }
      return false;
    }
  }

  /** Whoever was told of this load learns which one stands for its content. */
  async #settleDuplicate(about: Manifest, load_id: string): Promise<void> {
    const db = this.#deps.connection.querier(about.tenant);
    const load = await loadById(db, about.load_id);
    if (load === undefined) return;
    await writeLoad(db, {
      ...load,
      version: load.version + 1,
      state: 'withdrawn',
      reason: `The same content is load ${load_id}.`,
    });
  }
}
