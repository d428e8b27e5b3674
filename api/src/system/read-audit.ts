import { listAudit, type AuditEntry } from '@assay/clickhouse';
import type { AuthorizedContext } from '../trpc.ts';

/** One page of what people did, newest first; `next_before` leads to the page below and is null on the last. */
export async function readAudit(
  ctx: AuthorizedContext,
  input: { subject?: string | undefined; before?: string | undefined; limit: number },
): Promise<{ items: AuditEntry[]; next_before: string | null }> {
  const found = await listAudit(ctx.db, { ...input, limit: input.limit + 1 });
  const items = found.slice(0, input.limit);
  return { items, next_before: found.length > input.limit ? (items.at(-1)?.audit_id ?? null) : null };
}
