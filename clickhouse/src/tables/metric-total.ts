import { z } from 'zod';
import { query, type Querier } from '../query.ts';

const total = z.object({
  source: z.string(),
  state: z.string(),
  verdict: z.string(),
  files: z.coerce.number(),
  bytes: z.coerce.number(),
  records: z.coerce.number(),
  rows: z.coerce.number(),
  rejects: z.coerce.number(),
});

const totals = query({
  sql: `
SELECT source, state, verdict, count() AS files, sum(bytes) AS bytes, sum(loads.records) AS records, sum(loads.rows) AS rows, sum(loads.rejects) AS rejects
FROM loads FINAL
WHERE tenant = {tenant: String}
GROUP BY source, state, verdict
ORDER BY source, state, verdict`,
  params: z.object({}),
  row: total,
});

/** Everything that was loaded, by source, state and verdict. */
export function loadTotals(db: Querier): Promise<z.infer<typeof total>[]> {
  return db.rows(totals, {});
}

const stage = z.object({ stage: z.string(), loads: z.coerce.number(), seconds: z.coerce.number() });

const stages = query({
  sql: `
SELECT span.1 AS stage, count() AS loads, sum(span.2) / 1000 AS seconds
FROM (
  SELECT arrayJoin([
    ('waiting', dateDiff('millisecond', received_at, loading_at)),
    ('loading', dateDiff('millisecond', loading_at, committed_at)),
    ('checking', dateDiff('millisecond', committed_at, checked_at)),
    ('publishing', dateDiff('millisecond', checked_at, finished_at))]) AS span
  FROM loads FINAL
  WHERE tenant = {tenant: String})
WHERE span.2 IS NOT NULL
GROUP BY stage
ORDER BY stage`,
  params: z.object({}),
  row: stage,
});

/** How long loads took, summed by stage. */
export function stageTotals(db: Querier): Promise<z.infer<typeof stage>[]> {
  return db.rows(stages, {});
}

const memory = z.object({ name: z.string(), bytes: z.coerce.number() });

const engineBytes = query({
  sql: `
SELECT metric AS name, value AS bytes
FROM system.metrics
WHERE {tenant: String} != '' AND metric IN ('MemoryTracking', 'MergesMutationsMemoryTracking')`,
  params: z.object({}),
  row: memory,
});

/** What the engine says of its own memory. */
export function engineMemory(db: Querier): Promise<z.infer<typeof memory>[]> {
  return db.rows(engineBytes, {});
}
