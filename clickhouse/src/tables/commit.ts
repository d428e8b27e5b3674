import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const publication = z.enum(['committed', 'published', 'held', 'withdrawn', 'expired']);
export type Publication = z.infer<typeof publication>;

export const commit = z.object({
  source_id: id,
  load_id: id,
  version: z.coerce.number(),
  state: publication,
  chunk_ids: z.array(id),
  chunk_rows: z.array(z.string()),
  chunk_rejects: z.array(z.string()),
  columns: z.string(),
  seen: z.string(),
  event_from: timestamp.nullable(),
  event_to: timestamp.nullable(),
  decided_at: timestamp,
  decided_by: z.string(),
  reason: z.string(),
});
export type Commit = z.infer<typeof commit>;

const columns = Object.keys(commit.shape).join(', ');

const ofLoad = query({
  sql: `
SELECT ${columns}
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND load_id = {load_id: UInt64}`,
  params: z.object({ source_id: id, load_id: id }),
  row: commit,
});

/** Loads of a state, other than one, whose event times touch a range: the rows that share its windows. */
const overlapping = query({
  sql: `
SELECT ${columns}
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND load_id != {load_id: UInt64}
  AND state = {state: String} AND event_from <= parseDateTime64BestEffort({to: String}, 9, 'UTC')
  AND event_to >= parseDateTime64BestEffort({from: String}, 9, 'UTC')
ORDER BY load_id`,
  params: z.object({ source_id: id, load_id: id, state: publication, from: timestamp, to: timestamp }),
  row: commit,
});

const ofSource = query({
  sql: `
SELECT ${columns}
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
ORDER BY load_id`,
  params: z.object({ source_id: id }),
  row: commit,
});

const newestOfSource = query({
  sql: `
SELECT ${columns}
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND ({before: UInt64} = 0 OR load_id < {before: UInt64})
ORDER BY load_id DESC
LIMIT 1`,
  params: z.object({ source_id: id, before: id }),
  row: commit,
});

const highestVersion = query({
  sql: `
SELECT max(version) AS version
FROM commits
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}`,
  params: z.object({ source_id: id }),
  row: z.object({ version: z.coerce.number() }),
});

/** The highest version among the commits of a source; 0 when there is none. */
export async function highestCommitVersion(db: Querier, source_id: string): Promise<number> {
  return (await db.first(highestVersion, { source_id }))?.version ?? 0;
}

/** The newest commit of a source, or the newest before a load; undefined when there is none. */
export function commitOfSource(db: Querier, source_id: string, before = '0'): Promise<Commit | undefined> {
  return db.first(newestOfSource, { source_id, before });
}

export function commitOfLoad(db: Querier, source_id: string, load_id: string): Promise<Commit | undefined> {
  return db.first(ofLoad, { source_id, load_id });
}

interface EventSpan {
  readonly source_id: string;
  readonly load_id: string;
  readonly from: string;
  readonly to: string;
}

/** Published loads of the source whose event times fall into [from, to], oldest first; `load_id` itself left out. */
export function commitsOverlapping(db: Querier, span: EventSpan): Promise<Commit[]> {
  return db.rows(overlapping, { ...span, state: 'published' });
}

/** The same of loads whose rows expired. */
export function expiredOverlapping(db: Querier, span: EventSpan): Promise<Commit[]> {
  return db.rows(overlapping, { ...span, state: 'expired' });
}

/** Every commit of a source, oldest load first, for the comparison with what is stored. */
export function commitsOfSource(db: Querier, source_id: string): Promise<Commit[]> {
  return db.rows(ofSource, { source_id });
}

export function writeCommit(db: Querier, row: Commit): Promise<void> {
  return writeCommits(db, [row]);
}

/** The same for many loads. */
export function writeCommits(db: Querier, rows: readonly Commit[]): Promise<void> {
  return db.insert('commits', rows);
}
