import { id, role, timestamp } from '@assay/clickhouse';
import { z } from 'zod';
import { createKey, listKeys, revokeKey } from '../key/manage-keys.ts';
import { admin, router } from '../trpc.ts';

const tags = ['keys'];
const keyView = z.object({
  key_id: id,
  name: z.string(),
  role,
  created_at: timestamp,
  created_by: z.string(),
  revoked_at: timestamp.nullable(),
});

export const keyRouter = router({
  list: admin
    .meta({ openapi: { method: 'GET', path: '/keys', tags, summary: 'API keys, without their secrets' } })
    .input(z.strictObject({}))
    .output(z.object({ items: z.array(keyView) }))
    .query(({ ctx }) => listKeys(ctx)),

  create: admin
    .meta({ openapi: { method: 'POST', path: '/keys', tags, summary: 'Make a key; it is shown this once' } })
    .input(z.strictObject({ name: z.string().min(1).max(200), role }))
    .output(keyView.extend({ key: z.string() }))
    .mutation(({ ctx, input }) => createKey(ctx, input)),

  revoke: admin
    .meta({ openapi: { method: 'DELETE', path: '/keys/{key_id}', tags, summary: 'End a key' } })
    .input(z.strictObject({ key_id: id }))
    .output(keyView)
    .mutation(({ ctx, input }) => revokeKey(ctx, input.key_id)),
});
