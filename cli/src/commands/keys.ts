import { userInfo } from 'node:os';
import { connect, hashOfApiKey, newApiKey, newId, timestampOf, writeApiKey } from '@assay/clickhouse';
import { connectOptions } from '@assay/clickhouse/env';
import { Option, type Command } from 'commander';
import { examples } from '../example.ts';
import { findEngine } from '../running-copy.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { table } from '../table.ts';

const roles = ['viewer', 'editor', 'admin'] as const;
type Role = (typeof roles)[number];

/** Adds `assay keys`. */
export function addKeys(program: Command, session: Session): void {
  const keys = program.command('keys').description('API keys');

  keys
    .command('create')
    .description('Make a key and print it, this once. Without a running API it is written to ClickHouse directly.')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--name <name>', 'what it is for', 'first key')
    .addHelpText('after', examples('assay keys create --role editor --name nightly-import'))
    .action(async (flags: { role: Role; name: string }) => {
      session.print(await createKey(session, flags));
      session.note('Keep it: it is not stored and not shown again. Use it as ASSAY_API_KEY.');
    });

  keys
    .command('list')
    .description('Keys, without their secrets')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay keys list'))
    .action((flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const { items } = await client.key.list.query({});
        const rows = items.map(({ key_id, name, role, created_at, created_by, revoked_at }) => [
          key_id,
          name,
          role,
          created_at,
          created_by,
          revoked_at ?? '',
        ]);
        session.answer(flags, items, table(['KEY', 'NAME', 'ROLE', 'CREATED', 'BY', 'REVOKED'], rows));
      }),
    );

  keys
    .command('revoke')
    .description('End a key')
    .argument('<key_id>')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay keys revoke 7264418251776'))
    .action((key_id: string, flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const revoked = await client.key.revoke.mutate({ key_id });
        session.answer(flags, revoked, `key ${key_id} is revoked`);
      }),
    );
}

/** Through the API when one runs; else straight into ClickHouse, which only who runs this machine can reach. */
async function createKey(session: Session, wanted: { role: Role; name: string }): Promise<string> {
  try {
    return await session.withApi(async ({ client }) => (await client.key.create.mutate(wanted)).key);
  } catch (error) {
    const engine = findEngine(session.env);
    if (!(error instanceof Stop) || engine === undefined || !/not running|does not answer/.test(error.message))
      throw error;
    return writeKey(session, engine, wanted);
  }
}

async function writeKey(session: Session, url: string, wanted: { role: Role; name: string }): Promise<string> {
  const connection = connect(connectOptions({ ...session.env, CLICKHOUSE_URL: url }));
  try {
    const key = newApiKey();
    const now = Date.now();
    await writeApiKey(connection.querier('default'), {
      key_id: newId(now),
      version: 1,
      name: wanted.name,
      role: wanted.role,
      sha256: hashOfApiKey(key),
      created_at: timestampOf(now),
      created_by: userInfo().username,
      revoked_at: null,
    });
    return key;
  } catch (error) {
    throw new Stop(
      `The key could not be written to ${url}: ${error instanceof Error ? error.message : 'unknown reason'}.`,
    );
  } finally {
    await connection.close();
  }
}
