import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const role = z.enum(['viewer', 'editor', 'admin']);
export type Role = z.infer<typeof role>;

export const apiKey = z.object({
  key_id: id,
  version: z.coerce.number(),
  name: z.string(),
  role,
  sha256: z.string().length(64),
  created_at: timestamp,
  created_by: z.string(),
  revoked_at: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

const columns = Object.keys(apiKey.shape).join(', ');

const listed = query({
  sql: `
SELECT ${columns}
FROM api_keys FINAL
WHERE tenant = {tenant: String}
ORDER BY key_id`,
  params: z.object({}),
  row: apiKey,
});

/** A key tells its tenant, so this one question is asked before any tenant is known: the filter is the whole of the key's hash. */
const byHash = query({
  sql: `
SELECT tenant, ${columns}
FROM api_keys FINAL
WHERE sha256 = {sha256: String} AND {tenant: String} = ''`,
  params: z.object({ sha256: z.string().length(64) }),
  row: apiKey.extend({ tenant: z.string() }),
});

const counted = query({
  sql: `
SELECT count() AS working
FROM api_keys FINAL
WHERE revoked_at IS NULL AND {tenant: String} = ''`,
  params: z.object({}),
  row: z.object({ working: z.coerce.number() }),
});

/** The keys of the tenant, oldest first, revoked ones included. */
export function listApiKeys(db: Querier): Promise<ApiKey[]> {
  return db.rows(listed, {});
}

/** The key with this hash over all tenants; asked by a querier without tenant. */
export function apiKeyByHash(db: Querier, sha256: string): Promise<(ApiKey & { readonly tenant: string }) | undefined> {
  return db.first(byHash, { sha256 });
}

/** How many keys work, over all tenants; asked by a querier without tenant. */
export async function countWorkingKeys(db: Querier): Promise<number> {
  return (await db.first(counted, {}))?.working ?? 0;
}

/** Writes a step of a key; the row with the highest version is the present. */
export function writeApiKey(db: Querier, row: ApiKey): Promise<void> {
  return db.insert('api_keys', [row]);
}
