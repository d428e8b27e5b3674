import { z } from 'zod';
import { query, type Querier } from '../query.ts';

const version = query({
  sql: `SELECT version() AS version WHERE {tenant: String} != ''`,
  params: z.object({}),
  row: z.object({ version: z.string() }),
});

/** The version of ClickHouse that answers. */
export async function engineVersion(db: Querier): Promise<string> {
  return (await db.first(version, {}))?.version ?? '';
}
