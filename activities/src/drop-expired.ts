import {
  dataTable,
  deleteFrom,
  deleteRows,
  dropMonth,
  expiredMonths,
  loadsIn,
  loadsInMonth,
  loadsWithout,
  loadsWithoutAmong,
  storedMonths,
  timestampOf,
  type Querier,
} from '@assay/clickhouse';
import type { RetentionDeps } from './apply-retention.ts';

/** A check takes four hours at most: whatever began before rows expired has ended when they go. */
const untilNobodyReads_ms = 4 * 3_600_000;

interface Dropped {
  readonly loads_deleted: number;
  readonly partitions_dropped: readonly string[];
}

const day_ms = 24 * 3_600_000;

/**
 * Deletes what expired of a source: whole months that are over and hold nothing else, otherwise the rows of single loads. A month that may
 * still get files is never dropped whole: what one inserts in this moment would go with it, unseen.
 */
export async function dropExpired(
  deps: RetentionDeps,
  given: { tenant: string; source_id: string; dry_run: boolean },
): Promise<Dropped> {
  const db = deps.connection.querier(given.tenant);
  const { source_id, dry_run } = given;
  const before = timestampOf(deps.now() - untilNobodyReads_ms);
  const over_before = monthOf(deps.now() - day_ms);
  const stored = new Set(await storedMonths(db, dataTable(source_id)));
  let loads_deleted = 0;
  const partitions_dropped: string[] = [];
  for (const { month, gone, kept } of await expiredMonths(db, { source_id, before })) {
    const rejected = await loadsIn(db, 'rejects', gone);
    if (rejected.length > 0 && !dry_run) await deleteFrom(db, 'rejects', rejected);
    if (!stored.has(month)) continue;
    const there = await loadsInMonth(db, source_id, month);
    const expired = new Set(gone);
    const load_ids = there.filter((load_id) => expired.has(load_id));
    loads_deleted += load_ids.length;
    // A load that is on its way into this month counts as kept.
    const isWhole = month < over_before && kept === 0 && load_ids.length === there.length;
    if (isWhole) partitions_dropped.push(month);
    if (dry_run) continue;
    if (isWhole) await dropMonth(db, source_id, month);
    else if (load_ids.length > 0) await deleteRows(db, { source_id, month, load_ids });
  }
  if (!dry_run) await dropBeside(deps, db, source_id);
  return { loads_deleted, partitions_dropped };
}

/** As the engine numbers months: `202611`. */
function monthOf(ms: number): string {
  return timestampOf(ms).slice(0, 7).replace('-', '');
}

async function dropBeside(deps: RetentionDeps, db: Querier, source_id: string): Promise<void> {
  for (const part of ['evidence', 'metrics'] as const) {
    const load_ids = await loadsIn(db, part, await loadsWithout(db, source_id, part));
    if (load_ids.length > 0) await deleteFrom(db, part, load_ids);
  }
  const inInbox = await deps.inbox.loadIds();
  for (const load_id of await loadsWithoutAmong(db, inInbox, 'inbox')) await deps.inbox.discard(load_id);
}
