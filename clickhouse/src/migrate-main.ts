/** Brings the tables of a ClickHouse server or the embedded engine up to date, and ends. */
import { z } from 'zod';
import { migrate } from './migrate.ts';
import { connect } from './query.ts';

const migrateEnv = z.object({
  CLICKHOUSE_URL: z.url().default('http://127.0.0.1:4401'),
  CLICKHOUSE_USER: z.string().optional(),
  CLICKHOUSE_PASSWORD: z.string().optional(),
  CLICKHOUSE_DATABASE: z.string().optional(),
});

const env = migrateEnv.parse(process.env);
const connection = connect({
  url: env.CLICKHOUSE_URL,
  ...(env.CLICKHOUSE_USER === undefined ? {} : { username: env.CLICKHOUSE_USER }),
  ...(env.CLICKHOUSE_PASSWORD === undefined ? {} : { password: env.CLICKHOUSE_PASSWORD }),
  ...(env.CLICKHOUSE_DATABASE === undefined ? {} : { database: env.CLICKHOUSE_DATABASE }),
});
try {
  const applied = await migrate(connection.querier('default'));
  process.stdout.write(applied.length === 0 ? 'nothing to migrate\n' : `applied ${applied.join(', ')}\n`);
} catch (error) {
  process.stderr.write(`The tables could not be brought up to date: ${String(error)}\n`);
  process.exitCode = 1;
} finally {
  await connection.close();
}
