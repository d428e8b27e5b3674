import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  connect,
  dataTable,
  deleteSourceTraces,
  loadById,
  loadIdentity,
  migrate,
  newId,
  openInbox,
  timestampOf,
  type Connection,
  type Inbox,
  type Load,
  type Manifest,
  type Querier,
} from '@assay/clickhouse';
import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { parseSourceYaml, starterRules } from '@assay/rules';
import {
  ruleTexts,
  startFile,
  startRecheck,
  startReload,
  type FinishLoadResult,
  type FinishReloadResult,
  type PublicationDecision,
  type RuleText,
} from '@assay/workflows';
import { decidePublication, editSource } from '@assay/workflows/client';
import { startTestTemporal, type TestTemporal } from '@assay/workflows/testing';
import { Client, Connection as TemporalConnection, type WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import { StoredComparison } from './compare-stored.ts';
import type { Beat } from './heartbeat.ts';
import { spawnWorker, type TestWorker } from './testing/test-worker.ts';

/** Engine, Temporal and worker as real processes, over one temporary data folder. */
export interface TestStack extends AsyncDisposable {
  readonly engine: TestEngine;
  readonly temporal: TestTemporal;
  readonly data_dir: string;
  readonly connection: Connection;
  readonly db: Querier;
  readonly inbox: Inbox;
  readonly client: Client;
  /** Describes a source as its YAML does; '' leaves everything to the first file. */
  describe(source: string, yaml: string): Promise<string>;
  /** The id of a source that was described. */
  sourceId(source: string): Promise<string>;
  /** Accepts a file as the API does and leaves it at that: nobody starts its workflow. */
  accept(file: SentFile): Promise<Manifest>;
  /** Starts the workflow of an accepted file. */
  start(about: Manifest): Promise<void>;
  /** Accepts a file and starts its workflow. */
  send(file: SentFile): Promise<Manifest>;
  /** The same, and waits for the workflow. */
  ingest(file: SentFile): Promise<{ load: Load; finished: FinishLoadResult }>;
  /** Waits for the workflow of a sent file, and for what incidents have heard of it to be written. */
  finished(about: Manifest): Promise<Load>;
  /** The row of a load; throws without one. */
  stored(load_id: string): Promise<Load>;
  /** What was accepted with the bytes of a load; throws when they are gone. */
  manifest(load_id: string): Promise<Manifest>;
  /** Decides about a load as a person does. */
  decide(
    load: Pick<Load, 'load_id' | 'source'>,
    decision: Pick<PublicationDecision, 'state' | 'reason'> & Partial<PublicationDecision>,
  ): Promise<void>;
  /** Checks a stored load once more; throws when its workflow fails. */
  recheck(load: Load, generation?: number): Promise<Load>;
  /** Begins to read a stored load from its file once more. */
  startReload(load: Load, generation?: number): Promise<WorkflowHandle>;
  /** The same, and waits for how it ended; throws when its workflow fails. */
  reload(load: Load, generation?: number): Promise<FinishReloadResult>;
  startWorker(env?: Readonly<Record<string, string>>): Promise<TestWorker>;
  /** Sets every part with rows of a load aside, as the engine does at its start with one it cannot read. */
  loseRows(load: Pick<Load, 'source_id' | 'load_id'>): Promise<void>;
  /** Compares what is stored with the commits, as a worker does when the engine was started; through another client when one is given. */
  compareStored(through?: Client): Promise<number>;
}

export interface SentFile {
  readonly source: string;
  /** That of the described source when left out. */
  readonly source_id?: string;
  readonly name: string;
  readonly bytes: Uint8Array | string;
  readonly backfill?: boolean;
  /** ISO 8601; now when left out. */
  readonly received_at?: string;
  /** The load it takes the place of. */
  readonly replaces?: string;
}

export type { TestWorker };

/** The workers of all tests share the code of the workflows, which the first of them bundles. */
const bundles = fileURLToPath(new URL('../../node_modules/.cache/assay', import.meta.url));

/** @param options.worker false leaves it to the test to start one, such as one that dies */
export async function startTestStack(options: { worker?: boolean } = {}): Promise<TestStack> {
  const data_dir = await mkdtemp(join(tmpdir(), 'assay-stack-'));
  await mkdir(bundles, { recursive: true });
  await symlink(bundles, join(data_dir, 'cache'));
  const [engine, temporal] = await Promise.all([startTestEngine(), startTestTemporal()]);
  const connection = connect({ url: engine.url, database: engine.database });
  const db = connection.querier('default');
  await migrate(db);
  const inbox = await openInbox(join(data_dir, 'inbox'));
  const temporalConnection = await TemporalConnection.connect({ address: temporal.address });
  const client = new Client({ connection: temporalConnection });
  const workers: TestWorker[] = [];
  const sources = new Map<string, string>();

  const stack: TestStack = {
    engine,
    temporal,
    data_dir,
    connection,
    db,
    inbox,
    client,

    async describe(source, yaml) {
      const parsed = yaml === '' ? undefined : parseSourceYaml(yaml);
      if (parsed?.ok === false) throw new Error(JSON.stringify(parsed.problems));
      const document = parsed?.value;
      const if_new = { source_id: newId(Date.now()), rules: ruleTexts(starterRules()), actor: 'test' };
      const change = { actor: 'test', why: '', expected_version: null };
      const { rules = [], columns = [], ...rest } = document ?? {};
      const state = await editSource(client, {
        ref: { tenant: 'default', source },
        if_new,
        edit:
          document === undefined
            ? { ...change, kind: 'put_columns', columns: [] }
            : {
                ...change,
                kind: 'put_document',
                document: JSON.stringify({ ...rest, columns }),
                columns: columns.flatMap(({ name, type }) => (type === null ? [] : [{ name, type }])),
                rules: mergeRules(ruleTexts(rules), if_new.rules),
              },
        update_id: newId(Date.now()),
      });
      sources.set(source, state.source_id);
      return state.source_id;
    },

    async sourceId(source) {
      return sources.get(source) ?? (await stack.describe(source, ''));
    },

    async accept(file) {
      const source_id = file.source_id ?? (await stack.sourceId(file.source));
      const load_id = newId(Date.parse(file.received_at ?? timestampOf(Date.now())));
      const bytes = typeof file.bytes === 'string' ? Buffer.from(file.bytes) : file.bytes;
      const received = await inbox.receive(load_id, oneChunk(bytes), Number.MAX_SAFE_INTEGER);
      const about: Manifest = {
        tenant: 'default',
        load_id,
        source_id,
        source: file.source,
        file: file.name,
        sha256: received.sha256,
        bytes: received.bytes,
        received_at: file.received_at ?? timestampOf(Date.now()),
        actor: 'test',
        backfill: file.backfill ?? false,
        replaces: file.replaces ?? '0',
      };
      return inbox.accept(received, about);
    },

    async start(about) {
      await client.workflow.start('checkFile', startFile(about));
    },

    async send(file) {
      const about = await stack.accept(file);
      await stack.start(about);
      return about;
    },

    async ingest(file) {
      const about = await stack.send(file);
      const finished: FinishLoadResult = await client.workflow.getHandle(startFile(about).workflowId).result();
      return { load: await stack.finished(about), finished };
    },

    async finished(about) {
      await client.workflow.getHandle(startFile(about).workflowId).result();
      return stack.stored(about.load_id);
    },

    async stored(load_id) {
      const load = await loadById(db, load_id);
      if (load === undefined) throw new Error(`load ${load_id} has no row`);
      return load;
    },

    async manifest(load_id) {
      const about = await inbox.manifest(load_id);
      if (about === undefined) throw new Error(`the inbox has no file of load ${load_id}`);
      return about;
    },

    decide({ load_id, source }, decision) {
      return decidePublication(client, {
        ref: { tenant: 'default', source },
        if_new: null,
        decision: { load_id, replaces: '0', actor: 'test', ...decision },
        update_id: newId(Date.now()),
      });
    },

    async recheck(load, generation = 1) {
      await client.workflow.execute('recheckLoad', startRecheck({ load: loadIdentity(load, 'default'), generation }));
      return stack.stored(load.load_id);
    },

    startReload(load, generation = 1) {
      const about = loadIdentity(load, 'default');
      return client.workflow.start('reloadLoad', startReload({ load: about, generation }));
    },

    async reload(load, generation) {
      const reloaded: FinishReloadResult = await (await stack.startReload(load, generation)).result();
      return reloaded;
    },

    async loseRows({ source_id, load_id }) {
      const table = dataTable(source_id);
      const { rows } = await db.statement(
        `SELECT DISTINCT _part AS name FROM ${table} WHERE _assay_load_id = ${load_id}`,
      );
      for (const { name } of rows) await db.command(`ALTER TABLE ${table} DETACH PART '${String(name)}'`);
    },

    compareStored(through = client) {
      const log = pino({ level: 'silent' });
      return new StoredComparison({ connection, inbox, temporal: through, log, now: Date.now }).run();
    },

    async startWorker(env = {}) {
      const worker = await spawnWorker({
        ...env,
        ASSAY_DATA_DIR: data_dir,
        CLICKHOUSE_URL: engine.url,
        CLICKHOUSE_DATABASE: engine.database,
        TEMPORAL_ADDRESS: temporal.address,
      });
      workers.push(worker);
      return worker;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
      await temporalConnection.close();
      await connection.close();
      await temporal.stop();
      await engine[Symbol.asyncDispose]();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
  if (options.worker !== false) await stack.startWorker();
  return stack;
}

/** Deletes a source with every trace of it in the engine. */
export async function removeSource({ client, db }: Pick<TestStack, 'client' | 'db'>, source: string): Promise<void> {
  const { source_id } = await editSource(client, {
    ref: { tenant: 'default', source },
    if_new: null,
    edit: { kind: 'delete_source', actor: 'test', why: '', expected_version: null },
    update_id: newId(Date.now()),
  });
  await deleteSourceTraces(db, { source_id, name: source });
}

/** The beat of a first attempt that nobody stops. */
export function calm(): Beat {
  return { signal: new AbortController().signal, attempt: 1, strains: 0, strained: () => {} };
}

/** Reads again and again until the answer is as wanted; the test's own time-out ends the wait. */
export async function eventually<T>(read: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await read();
    if (wanted(answer)) return answer;
    await wait(50);
  }
}

/** A rule of the document takes the place of a starter rule of the same id. */
function mergeRules(written: readonly RuleText[], starters: readonly RuleText[]): RuleText[] {
  const ids = new Set(written.map((rule) => rule.rule_id));
  return [...written, ...starters.filter((rule) => !ids.has(rule.rule_id))];
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
