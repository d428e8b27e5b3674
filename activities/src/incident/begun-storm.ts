import { commitStorms, id, timeOfId, type Commit, type Querier } from '@assay/clickhouse';
import type { DamageStorm } from '@assay/workflows';
import { z } from 'zod';

const damageStorm = z.object({
  storm_id: id,
  started_s: z.number(),
  loads: z.number(),
  load_id: id,
  file: z.string(),
});

/** Two readings of when the engine was started differ by no more than this. */
const sameStart_s = 5;

/** Whether two readings of when the engine was started, in seconds since the Unix epoch, are of one start. */
export function isSameStart(one_s: number, other_s: number): boolean {
  return Math.abs(one_s - other_s) <= sameStart_s;
}

/** The storm a load was told in, as its commit says; null for none. */
export function stormOfCommit({ storm }: Pick<Commit, 'storm'>): DamageStorm | null {
  return storm === '' ? null : damageStorm.parse(JSON.parse(storm));
}

/** As a commit says it: the same text for the same storm, so that its loads can be counted by it. */
export function stormText({ storm_id, started_s, loads, load_id, file }: DamageStorm): string {
  return JSON.stringify({ storm_id, started_s, loads, load_id, file });
}

/** What is found later than this, such as by a worker that was away, speaks for itself: a storm from before hides no news. */
const goesOnFor_ms = 3_600_000;

/**
 * The storm of a source that began since the engine was started, and of which not all loads are told yet; null for none. Whoever goes on
 * with it tells of the same loads, however often its telling is cut short.
 * @param at.started_s when the engine was started, in seconds since the Unix epoch
 * @param at.now milliseconds since the Unix epoch
 */
export async function begunStorm(
  db: Querier,
  source_id: string,
  at: { started_s: number; now: number },
): Promise<DamageStorm | null> {
  const begun = (await commitStorms(db, source_id)).flatMap(({ storm, told }) => {
    const known = stormOfCommit({ storm });
    if (known === null || told >= known.loads || !isSameStart(known.started_s, at.started_s)) return [];
    return at.now - timeOfId(known.storm_id) < goesOnFor_ms ? [known] : [];
  });
  return begun[0] ?? null;
}
