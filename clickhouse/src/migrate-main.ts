/** Brings the tables of a ClickHouse server or the embedded engine up to date, and ends. */
import { clickhouseEnv, connectOptions } from './env.ts';
import { migrate } from './migrate.ts';
import { connect } from './query.ts';

const connection = connect(connectOptions(clickhouseEnv.parse(process.env)));
try {
  const applied = await migrate(connection.querier('default'));
  process.stdout.write(applied.length === 0 ? 'nothing to migrate\n' : `applied ${applied.join(', ')}\n`);
} catch (error) {
  process.stderr.write(`The tables could not be brought up to date: ${String(error)}\n`);
  process.exitCode = 1;
} finally {
  await connection.close();
}
