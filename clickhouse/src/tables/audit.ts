import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const via = z.enum(['web', 'cli', 'api', 'system']);
export type Via = z.infer<typeof via>;

export const auditEntry = z.object({
  at: timestamp,
  audit_id: id,
  actor: z.string(),
  via,
  action: z.string(),
  subject: z.string(),
  before: z.string(),
  after: z.string(),
  request_id: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const listed = query({
  sql: `
SELECT ${Object.keys(auditEntry.shape).join(', ')}
FROM audit
WHERE tenant = {tenant: String}
  AND ({subject: String} = '' OR subject = {subject: String})
  AND ({before: UInt64} = 0 OR audit_id < {before: UInt64})
ORDER BY audit_id DESC
LIMIT {limit: UInt32}`,
  params: z.object({ subject: z.string(), before: id, limit: z.number().int().min(1).max(1_001) }),
  row: auditEntry,
});

export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first; `before` is the last id of the page above. */
export function listAudit(db: Querier, filter: AuditFilter): Promise<AuditEntry[]> {
  return db.rows(listed, { subject: filter.subject ?? '', before: filter.before ?? '0', limit: filter.limit });
}

/** Writes who did what. */
export function writeAudit(db: Querier, row: AuditEntry): Promise<void> {
  return db.insert('audit', [row]);
}
