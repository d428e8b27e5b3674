import {
  hashOfApiKey,
  listApiKeys,
  newApiKey,
  newId,
  timestampOf,
  writeApiKey,
  type ApiKey,
  type Role,
} from '@assay/clickhouse';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

type KeyView = Omit<ApiKey, 'sha256' | 'version'>;

/** Every key of the tenant, ended ones too, without what would open anything. */
export async function listKeys(ctx: AuthorizedContext): Promise<{ items: KeyView[] }> {
  return { items: (await listApiKeys(ctx.db)).map(viewOf) };
}

/** Makes a key for the caller's tenant. Its text is in this answer and nowhere else. */
export async function createKey(
  ctx: AuthorizedContext,
  input: { name: string; role: Role },
): Promise<KeyView & { key: string }> {
  const now = ctx.services.now();
  const key = newApiKey();
  const row: ApiKey = {
    key_id: newId(now),
    version: 1,
    name: input.name,
    role: input.role,
    sha256: hashOfApiKey(key),
    created_at: timestampOf(now),
    created_by: ctx.caller.actor,
    revoked_at: null,
  };
  await writeApiKey(ctx.db, row);
  await recordDeed(ctx, { action: 'key.create', subject: `key:${row.key_id}`, after: viewOf(row) });
  return { ...viewOf(row), key };
}

/** Ends a key; requests with it are refused from the next one on. */
export async function revokeKey(ctx: AuthorizedContext, key_id: string): Promise<KeyView> {
  const before = (await listApiKeys(ctx.db)).find((key) => key.key_id === key_id);
  if (before === undefined) throw new RequestProblem('not_found', `There is no key ${key_id}.`);
  if (before.revoked_at !== null) return viewOf(before);
  const after = { ...before, version: before.version + 1, revoked_at: timestampOf(ctx.services.now()) };
  await writeApiKey(ctx.db, after);
  await recordDeed(ctx, {
    action: 'key.revoke',
    subject: `key:${key_id}`,
    before: viewOf(before),
    after: viewOf(after),
  });
  return viewOf(after);
}

function viewOf({ key_id, name, role, created_at, created_by, revoked_at }: ApiKey): KeyView {
  return { key_id, name, role, created_at, created_by, revoked_at };
}
