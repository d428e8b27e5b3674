import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  connect,
  dataTable,
  deleteSourceTraces,
  loadById,
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
import { ruleTexts, startFile, type FinishLoadResult, type RuleText } from '@assay/workflows';
import { editSource } from '@assay/workflows/client';
import { startTestTemporal, type TestTemporal } from '@assay/workflows/testing';
import { Client, Connection as TemporalConnection } from '@temporalio/client';
import { pino } from 'pino';
import { StoredComparison } from './compare-stored.ts';
import type { Beat } from './heartbeat.ts';

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
  /** Accepts a file as the API does, and starts its workflow. */
  send(file: SentFile): Promise<Manifest>;
  /** The same, and waits for the workflow. */
  ingest(file: SentFile): Promise<{ load: Load; finished: FinishLoadResult }>;
  /** Waits for the workflow of a sent file, and for what incidents have heard of it to be written. */
  finished(about: Manifest): Promise<Load>;
  startWorker(env?: Readonly<Record<string, string>>): Promise<TestWorker>;
  /** Sets every part with rows of a load aside, as the engine does at its start with one it cannot read. */
  loseRows(load: Pick<Load, 'source_id' | 'load_id'>): Promise<void>;
  /** Compares what is stored with the commits, as a worker does when the engine was started. */
  compareStored(): Promise<number>;
}

export interface SentFile {
  readonly source: string;
  readonly name: string;
  readonly bytes: Uint8Array | string;
  readonly backfill?: boolean;
  /** ISO 8601; now when left out. */
  readonly received_at?: string;
  /** The load it takes the place of. */
  readonly replaces?: string;
}

export interface TestWorker {
  readonly pid: number;
  /** Resolves with the signal or code the process ended with. */
  readonly ended: Promise<NodeJS.Signals | number>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const workerMain = fileURLToPath(new URL('worker.ts', import.meta.url));

export async function startTestStack(options: { worker?: boolean } = {}): Promise<TestStack> {
  const data_dir = await mkdtemp(join(tmpdir(), 'assay-stack-'));
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

    async send(file) {
      const source_id = await stack.sourceId(file.source);
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
      await inbox.accept(received, about);
      await client.workflow.start('checkFile', startFile(about));
      return about;
    },

    async ingest(file) {
      const about = await stack.send(file);
      const finished: FinishLoadResult = await client.workflow.getHandle(startFile(about).workflowId).result();
      return { load: await stack.finished(about), finished };
    },

    async finished(about) {
      await client.workflow.getHandle(startFile(about).workflowId).result();
      const load = await loadById(db, about.load_id);
      if (load === undefined) throw new Error(`load ${about.load_id} left no row`);
      return load;
    },

    async loseRows({ source_id, load_id }) {
      const table = dataTable(source_id);
      const { rows } = await db.statement(
        `SELECT DISTINCT _part AS name FROM ${table} WHERE _assay_load_id = ${load_id}`,
      );
      for (const { name } of rows) await db.command(`ALTER TABLE ${table} DETACH PART '${String(name)}'`);
    },

    compareStored() {
      const log = pino({ level: 'silent' });
      return new StoredComparison({ connection, inbox, temporal: client, log, now: Date.now }).run();
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

/** A client before whose every update of a source something else happens. */
export function overtakenBy(own: Client, event: () => Promise<unknown>): Client {
  const workflow = new Proxy(own.workflow, {
    get: (client, name) => {
      const value: unknown = Reflect.get(client, name);
      if (typeof value !== 'function') return value;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        if (name === 'executeUpdateWithStart') await event();
        return Reflect.apply(value, client, given);
      };
    },
  });
  return new Proxy(own, { get: (client, name) => (name === 'workflow' ? workflow : Reflect.get(client, name)) });
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

async function spawnWorker(env: Readonly<Record<string, string>>): Promise<TestWorker> {
  const child = spawn(process.execPath, [workerMain], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]: (number | NodeJS.Signals | null)[]) => signal ?? code ?? 0);
  let output = '';
  const started = new Promise<void>((resolve, reject) => {
    const collect = (piece: Buffer) => {
      output = (output + piece.toString()).slice(-20_000);
      if (output.includes('worker started')) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then(() => {
      reject(new Error(`the worker ended: ${output}`));
    });
  });
  await started;
  return { pid: child.pid ?? 0, ended, kill: (signal) => end(child, ended, signal) };
}

async function end(child: ChildProcess, ended: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
