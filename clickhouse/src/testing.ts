import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client';
import { z } from 'zod';

export { someCommit } from './testing/some-commit.ts';
export { someIncident } from './testing/some-incident.ts';

/** An engine for one test file: empty, and gone with it. */
export interface TestEngine extends AsyncDisposable {
  readonly url: string;
  /** The database to use; on a server of yours (CLICKHOUSE_URL) a fresh one, dropped at the end. */
  readonly database: string;
  /** False when CLICKHOUSE_URL names a server: it cannot be killed, and has no folder here. */
  readonly embedded: boolean;
  readonly client: ClickHouseClient;
  readonly dataDir: string;
  readonly pid: number;
  /** Another client on the same database. It is closed with the engine. */
  connect(options?: ClickHouseClientConfigOptions): ClickHouseClient;
  /** Sends a signal and waits until the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts the process again, on the same folder and port. */
  restart(): Promise<void>;
}

export interface TestEngineOptions {
  /** Settings of the engine process, such as ASSAY_ENGINE_SESSIONS; of no effect on a server. */
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = fileURLToPath(new URL('embedded/main.ts', import.meta.url));

const ready = z.object({ event: z.literal('ready'), url: z.string(), pid: z.number() });

/** Starts an engine process on a free port and a fresh folder, or uses the server that CLICKHOUSE_URL names. */
export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const server = process.env['CLICKHOUSE_URL'];
  return server === undefined || server === '' ? startEmbedded(options) : useServer(server);
}

async function startEmbedded(options: TestEngineOptions): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-engine-'));
  let port = '0';
  let child = await start(dataDir, port, options);
  const { url } = child;
  port = new URL(url).port;
  const clients = clientPool(url, 'default');
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return;
    const exited = once(child.process, 'exit');
    child.process.kill(signal);
    await exited;
  };
  return {
    url,
    database: 'default',
    embedded: true,
    client: clients.connect(),
    dataDir,
    get pid() {
      return child.process.pid ?? 0;
    },
    connect: clients.connect,
    kill: stop,
    restart: async () => {
      await stop('SIGTERM');
      child = await start(dataDir, port, options);
    },
    [Symbol.asyncDispose]: async () => {
      await clients.close();
      await stop('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function start(
  dataDir: string,
  port: string,
  options: TestEngineOptions,
): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: '40',
      ...options.env,
      ASSAY_DATA_DIR: dataDir,
      ASSAY_ENGINE_PORT: port,
      ASSAY_ENGINE_TIED: '1',
    },
    // The engine ends with this process, however that ends.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  for await (const line of createInterface(child.stdout)) {
    const message = ready.parse(JSON.parse(line));
    child.stdout.resume();
    return { process: child, url: message.url };
  }
  throw new Error(`the engine did not start: ${errors}`);
}

async function useServer(url: string): Promise<TestEngine> {
  const database = `assay_test_${randomUUID().replaceAll('-', '')}`;
  const admin = createClient({ url });
  await admin.command({ query: 'CREATE DATABASE {name: Identifier}', query_params: { name: database } });
  const clients = clientPool(url, database);
  const notOurs = (): Promise<never> => Promise.reject(new Error(`${url} is not ours to stop`));
  return {
    url,
    database,
    embedded: false,
    client: clients.connect(),
    dataDir: '',
    pid: 0,
    connect: clients.connect,
    kill: notOurs,
    restart: notOurs,
    [Symbol.asyncDispose]: async () => {
      await clients.close();
      await admin.command({ query: 'DROP DATABASE {name: Identifier}', query_params: { name: database } });
      await admin.close();
    },
  };
}

function clientPool(url: string, database: string) {
  const open: ClickHouseClient[] = [];
  return {
    connect: (options: ClickHouseClientConfigOptions = {}): ClickHouseClient => {
      const client = createClient({
        url,
        database,
        request_timeout: 120_000,
        use_multipart_params_auto: true,
        // Tests provoke errors on purpose; the promise tells of them.
        log: { level: ClickHouseLogLevel.OFF },
        ...options,
      });
      open.push(client);
      return client;
    },
    close: async (): Promise<void> => {
      await Promise.all(open.map((client) => client.close()));
    },
  };
}
