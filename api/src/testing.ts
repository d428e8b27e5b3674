import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestStack, type TestStack } from '@assay/activities/testing';
import {
  connect,
  migrate,
  newId,
  timestampOf,
  writeApiKey,
  hashOfApiKey,
  newApiKey,
  type Role,
} from '@assay/clickhouse';
import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import { apiEnv } from './env.ts';
import type { AppRouter } from './router.ts';
import { startApi, type RunningApi } from './start-api.ts';
import type { Pace } from './upload/paced-body.ts';

/** An API with an engine of its own. Without `temporal` its Temporal is away. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly engine: TestEngine;
  readonly data_dir: string;
  readonly api: RunningApi;
  /** Asks as the dashboard does. */
  readonly client: TRPCClient<AppRouter>;
  /** Makes a key that works at once. */
  key(tenant: string, role: Role): Promise<string>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  json(path: string, init?: RequestInit): Promise<unknown>;
  post(path: string, body: unknown): Promise<Response>;
}

export interface TestApiOptions {
  readonly temporal?: string;
  readonly engine?: TestEngine;
  readonly data_dir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly pace?: Pace;
}

/** An API over a stack with a worker: all of Assay but its dashboard. */
export interface TestHouse extends TestApi {
  readonly stack: TestStack;
}

/** Nobody listens here, so a connection is refused at once. */
const nowhere = '127.0.0.1:1';

/** An API on a port of its own over an engine, without a worker; Temporal is away unless options bring one. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const engine = options.engine ?? (await startTestEngine());
  const data_dir = options.data_dir ?? (await mkdtemp(join(tmpdir(), 'assay-api-')));
  const connection = connect({ url: engine.url, database: engine.database });
  await migrate(connection.querier('default'));
  const env = apiEnv.parse({
    ASSAY_DATA_DIR: data_dir,
    ASSAY_PORT: '0',
    CLICKHOUSE_URL: engine.url,
    CLICKHOUSE_DATABASE: engine.database,
    TEMPORAL_ADDRESS: options.temporal ?? nowhere,
    TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
    ASSAY_LOG_LEVEL: 'silent',
    ...options.env,
  });
  const api = await startApi(env, options.pace === undefined ? {} : { pace: options.pace });

  const test: TestApi = {
    url: api.url,
    engine,
    data_dir,
    api,
    client: createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${api.url}/trpc`, headers: { 'X-Assay-Client': 'web' } })],
    }),
    async key(tenant, role) {
      const key = newApiKey();
      const now = Date.now();
      await writeApiKey(connection.querier(tenant), {
        key_id: newId(now),
        version: 1,
        name: `${role} of ${tenant}`,
        role,
        sha256: hashOfApiKey(key),
        created_at: timestampOf(now),
        created_by: 'test',
        revoked_at: null,
      });
      return key;
    },
    fetch: (path, init) => fetch(new URL(path, api.url), init),
    json: async (path, init) => (await test.fetch(path, init)).json(),
    post: (path, body) =>
      test.fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await connection.close();
      if (options.engine === undefined) await engine[Symbol.asyncDispose]();
      if (options.data_dir === undefined) await rm(data_dir, { recursive: true, force: true });
    },
  };
  return test;
}

/** Without a worker files and decisions wait until the stack starts one. */
export async function startTestHouse(options: { worker?: boolean } = {}): Promise<TestHouse> {
  const stack = await startTestStack(options);
  const api = await startTestApi({
    engine: stack.engine,
    temporal: stack.temporal.address,
    data_dir: stack.data_dir,
  });
  return {
    ...api,
    stack,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}
