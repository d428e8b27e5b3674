import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { containsText } from './contains-text.ts';
import { timestamp } from './timestamp.ts';

export const loadState = z.enum([
  'received',
  'loading',
  'committed',
  'checking',
  'loaded',
  'partial',
  'held',
  'refused',
  'withdrawn',
  'expired',
]);
export type LoadState = z.infer<typeof loadState>;

/** States that no longer change by themselves. */
export const finalStates: readonly LoadState[] = ['loaded', 'partial', 'held', 'refused', 'withdrawn', 'expired'];

export const loadVerdict = z.enum(['', 'pass', 'warn', 'fail', 'error']);
export type LoadVerdict = z.infer<typeof loadVerdict>;

/** What retention gives up of a load, each after a time of its own: the bytes as received, rows with rejects, failed rows, column profiles. */
export const kept = z.enum(['inbox', 'rows', 'evidence', 'metrics']);
export type Kept = z.infer<typeof kept>;

export const load = z.object({
  load_id: id,
  version: z.coerce.number(),
  source_id: id,
  source: z.string(),
  file: z.string(),
  sha256: z.string(),
  bytes: z.string(),
  format: z.enum(['', 'jsonl', 'csv', 'parquet']),
  compression: z.enum(['', 'none', 'gzip', 'zstd']),
  state: loadState,
  reason: z.string(),
  verdict: loadVerdict,
  summary: z.string(),
  records: z.string(),
  rows: z.string(),
  rejects: z.string(),
  findings: z.array(z.string()),
  check_id: id,
  backfill: z.boolean(),
  replaces: id,
  received_at: timestamp,
  loading_at: timestamp.nullable(),
  committed_at: timestamp.nullable(),
  checked_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  workflow_id: z.string(),
  run_id: z.string(),
  actor: z.string(),
  /** What is missing of the stored rows, as a sentence; empty while all of them are there. */
  damage: z.string(),
  expired: z.partialRecord(kept, timestamp),
});
export type Load = z.infer<typeof load>;

const columns = Object.keys(load.shape).join(', ');

const byId = lookup({
  sql: `
SELECT ${columns}
FROM loads FINAL
WHERE tenant = {tenant: String} AND load_id IN {load_id: Array(UInt64)}`,
  by: { load_id: 'UInt64' },
  row: load,
});

const byContent = lookup({
  sql: `
SELECT ${columns}
FROM loads FINAL
WHERE tenant = {tenant: String} AND source IN {source: Array(String)} AND sha256 IN {sha256: Array(String)}
ORDER BY load_id DESC`,
  by: { source: 'String', sha256: 'String' },
  row: load,
});

/** What a list and its counts have in common: which loads they are about, whatever their verdict. */
const filtered = `
FROM loads FINAL
WHERE tenant = {tenant: String}
  AND ({source: String} = '' OR source = {source: String})
  AND ${containsText('file')}
  AND (empty({states: Array(String)}) OR has({states: Array(String)}, state))`;

const filterParams = z.object({ source: z.string(), text: z.string(), states: z.array(z.string()) });

/** Paged by id: `before` is the last id of the page above, so new loads never shift a page. */
const listed = query({
  sql: `
SELECT ${columns}${filtered}
  AND (empty({verdicts: Array(String)}) OR has({verdicts: Array(String)}, verdict))
  AND ({before: UInt64} = 0 OR load_id < {before: UInt64})
ORDER BY load_id DESC
LIMIT {limit: UInt32}`,
  params: filterParams.extend({
    verdicts: z.array(z.string()),
    before: id,
    limit: z.number().int().min(1).max(1_000),
  }),
  row: load,
});

const counts = query({
  sql: `
SELECT verdict, toUInt32(count()) AS loads${filtered}
GROUP BY verdict
ORDER BY verdict`,
  params: filterParams,
  row: z.object({ verdict: loadVerdict, loads: z.number() }),
});

const damaged = query({
  sql: `
SELECT ${columns}
FROM loads FINAL
WHERE tenant = {tenant: String} AND damage != ''
ORDER BY load_id`,
  params: z.object({}),
  row: load,
});

const unfinished = query({
  sql: `
SELECT ${columns}
FROM loads FINAL
WHERE tenant = {tenant: String} AND state IN ('received', 'loading', 'committed', 'checking')
ORDER BY load_id`,
  params: z.object({}),
  row: load,
});

/** Which loads, whatever their verdict. */
export interface LoadFilter {
  readonly source?: string | undefined;
  /** What the name of the file must contain. */
  readonly text?: string | undefined;
  readonly states?: readonly LoadState[] | undefined;
}

export interface LoadPage extends LoadFilter {
  readonly verdicts?: readonly LoadVerdict[] | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The present row of a load; undefined for one of another tenant. */
export async function loadById(db: Querier, load_id: string): Promise<Load | undefined> {
  const [found] = await db.lookup(byId, { load_id });
  return found;
}

/** Every load of this content for this source, newest first. */
export function loadsByContent(db: Querier, source: string, sha256: string): Promise<Load[]> {
  return db.lookup(byContent, { source, sha256 });
}

/** Newest first. */
export function listLoads(db: Querier, page: LoadPage): Promise<Load[]> {
  return db.rows(listed, {
    ...filterOf(page),
    verdicts: [...(page.verdicts ?? [])],
    before: page.before ?? '0',
    limit: page.limit,
  });
}

/** How many loads there are of each verdict; '' are those not judged yet. */
export function countLoads(db: Querier, filter: LoadFilter): Promise<z.infer<typeof counts.row>[]> {
  return db.rows(counts, filterOf(filter));
}

function filterOf(filter: LoadFilter): z.input<typeof filterParams> {
  return { source: filter.source ?? '', text: filter.text ?? '', states: [...(filter.states ?? [])] };
}

/** Loads that still have a way to go, oldest first. */
export function unfinishedLoads(db: Querier): Promise<Load[]> {
  return db.rows(unfinished, {});
}

/** Loads of which rows are missing, oldest first. */
export function damagedLoads(db: Querier): Promise<Load[]> {
  return db.rows(damaged, {});
}

/** Writes a step of a load; the row with the highest version is the present. */
export function writeLoad(db: Querier, row: Load): Promise<void> {
  return writeLoads(db, [row]);
}

/** The same for many loads. */
export function writeLoads(db: Querier, rows: readonly Load[]): Promise<void> {
  return db.insert('loads', rows);
}
