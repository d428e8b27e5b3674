import { z } from 'zod';
import type { ConnectOptions } from './query.ts';

export { engineEnv } from './embedded/env.ts';

/** Settings by which a process finds ClickHouse, or the embedded engine. */
export const clickhouseEnv = z.object({
  CLICKHOUSE_URL: z
    .url()
    .default('http://127.0.0.1:4401')
    .describe('Where ClickHouse, or the embedded engine, answers.'),
  CLICKHOUSE_USER: z.string().optional().describe('User of the ClickHouse server.'),
  CLICKHOUSE_PASSWORD: z.string().optional().describe('Its password.'),
  CLICKHOUSE_DATABASE: z.string().optional().describe('Database of the ClickHouse server.'),
});
export type ClickhouseEnv = z.infer<typeof clickhouseEnv>;

/** What `connect` takes of them. */
export function connectOptions(env: ClickhouseEnv): ConnectOptions {
  const { CLICKHOUSE_URL: url, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_DATABASE } = env;
  return {
    url,
    ...(CLICKHOUSE_USER === undefined ? {} : { username: CLICKHOUSE_USER }),
    ...(CLICKHOUSE_PASSWORD === undefined ? {} : { password: CLICKHOUSE_PASSWORD }),
    ...(CLICKHOUSE_DATABASE === undefined ? {} : { database: CLICKHOUSE_DATABASE }),
  };
}
