import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier, type StatementOptions } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const disabledTarget = z.object({
  target: z.string(),
  fingerprint: z.string(),
  disabled_at: timestamp,
  incident_id: id,
  notice_id: z.string(),
  reason: z.string(),
});
export type DisabledTarget = z.infer<typeof disabledTarget>;

const listed = query({
  sql: `
SELECT ${Object.keys(disabledTarget.shape).join(', ')}
FROM disabled_targets FINAL
WHERE tenant = {tenant: String} AND ({target: String} = '' OR target = {target: String})
ORDER BY target, disabled_at`,
  params: z.object({ target: z.string() }),
  row: disabledTarget,
});

/** Every target that was disabled, by name; a name may stand there with settings it no longer has. */
export function listDisabledTargets(db: Querier): Promise<DisabledTarget[]> {
  return db.rows(listed, { target: '' });
}

/** Why a target with exactly these settings must not be used, or undefined. */
export async function disabledTargetOf(
  db: Querier,
  target: string,
  fingerprint: string,
  options: StatementOptions = {},
): Promise<DisabledTarget | undefined> {
  const found = await db.rows(listed, { target }, options);
  return found.find((row) => row.fingerprint === fingerprint);
}

/** Writes that a target with these settings must not be used, and why. */
export function writeDisabledTarget(db: Querier, row: DisabledTarget): Promise<void> {
  return db.insert('disabled_targets', [row]);
}
