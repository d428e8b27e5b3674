import { newId, timestampOf, writeAudit } from '@assay/clickhouse';
import type { AuthorizedContext } from './trpc.ts';

export interface Deed {
  /** What was done, such as `rule.put`. */
  readonly action: string;
  /** What it was done to, such as `source:orders/rule:amount-present`. */
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Records who did what, once it is done. */
export async function recordDeed(ctx: AuthorizedContext, deed: Deed): Promise<void> {
  const { caller, db, request_id, services } = ctx;
  const now = services.now();
  await writeAudit(db, {
    at: timestampOf(now),
    audit_id: newId(now),
    actor: caller.actor,
    via: caller.via,
    action: deed.action,
    subject: deed.subject,
    before: deed.before === undefined ? '' : JSON.stringify(deed.before),
    after: deed.after === undefined ? '' : JSON.stringify(deed.after),
    request_id,
  });
}
