import { createHash } from 'node:crypto';
import { emitEvent, type Commit, type Load, type Querier } from '@assay/clickhouse';
import type { DamageStorm } from '@assay/workflows';
import { decidePublication } from '@assay/workflows/client';
import type { ActivityDeps } from './deps.ts';
import { unlessRemoved } from './unless-removed.ts';

/** What the store lost of a load, as a sentence that says what to do; empty when it lost nothing. */
export interface FoundDamage {
  readonly load: Load;
  readonly commit: Commit;
  readonly damage: string;
}

/**
 * Says of a load what is missing of it, or that nothing is any more. While rows are missing the load is held, so that no view, window or
 * reference reads a part of a file; when they are back it is what it was. The source's workflow writes it, like every decision.
 * @returns whether it was said; of a source that somebody deleted meanwhile there is nothing to say
 */
export async function markDamage(
  deps: Pick<ActivityDeps, 'temporal' | 'now'>,
  db: Querier,
  found: FoundDamage & { storm?: DamageStorm | null },
): Promise<boolean> {
  const { load, commit, damage, storm = null } = found;
  const { load_id, source } = load;
  const after = { load_id, ...publicationAfter(found), replaces: '0', actor: 'system', damage, storm };
  const said = createHash('sha256')
    .update(JSON.stringify([commit.version, damage]))
    .digest('hex')
    .slice(0, 16);
  const isSaid = await unlessRemoved(
    decidePublication(deps.temporal, {
      ref: { tenant: db.tenant, source },
      if_new: null,
      decision: after,
      update_id: `damage-${load_id}-${said}`,
    }),
  );
  if (!isSaid) return false;
  await emitEvent(db, { type: 'load.damaged', ids: { source, load_id }, data: { damage }, now: deps.now() });
  return true;
}

function publicationAfter({ commit, damage }: { commit: Commit; damage: string }): {
  state: 'published' | 'held' | 'withdrawn';
  reason: string;
} {
  const isHeldForDamage = commit.state === 'held' && commit.damage !== '' && commit.reason === commit.damage;
  if (damage === '' && isHeldForDamage) return { state: 'published', reason: '' };
  if (damage !== '' && (commit.state === 'published' || isHeldForDamage)) return { state: 'held', reason: damage };
  return { state: commit.state === 'withdrawn' ? 'withdrawn' : 'held', reason: commit.reason };
}
