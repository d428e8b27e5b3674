import { timestampOf, type Commit } from '@assay/clickhouse';
import type { Column, Facts } from '@assay/rules';
import type { LoadIdentity } from '@assay/workflows';
import { z } from 'zod';
import type { EventRange } from './event-range.ts';

const seenColumns = z.object({
  numbers: z.array(z.number()),
  undeclared: z.array(z.string()),
  undeclared_more: z.number(),
});

/** What rules may know of a file beside its rows. History is judged at its own time, not today's. */
export function fileFacts(given: {
  load: LoadIdentity;
  commit: Commit;
  counts: { readonly records: string; readonly rejects: string };
  columns: readonly Column[];
  range: EventRange | undefined;
  now: number;
}): Facts {
  const { load, counts, range } = given;
  const seen = seenColumns.parse(JSON.parse(given.commit.seen));
  const numbers = new Set(seen.numbers);
  const declared = given.columns.filter((column) => numbers.has(column.number)).map((column) => column.name);
  return {
    records: counts.records,
    rejects: counts.rejects,
    columns_seen: [...declared, ...seen.undeclared],
    judged_at: load.backfill ? (range?.to ?? load.received_at) : timestampOf(given.now),
  };
}
