import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
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
  /** What is missing of the committed rows, as a sentence; empty while all of them are there. */
  damage: z.string(),
  /** The storm in which rows of it were found missing, as JSON; empty for none. */
  storm: z.string(),
});
export type Commit = z.infer<typeof commit>;

const columns = Object.keys(commit.shape).join(', ');

const ofLoad = lookup({
  sql: `
SELECT ${columns}
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id IN {source_id: Array(UInt64)} AND load_id IN {load_id: Array(UInt64)}`,
  by: { source_id: 'UInt64', load_id: 'UInt64' },
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

/** So many loads of a source are looked through for the one before another; the one that is older is asked for by itself. */
const newestLoads_max = 200;

const newestLoads = lookup({
  sql: `
SELECT source_id, load_id
FROM commits
WHERE tenant = {tenant: String} AND source_id IN {source_id: Array(UInt64)}
GROUP BY source_id, load_id
ORDER BY load_id DESC
LIMIT ${String(newestLoads_max)} BY source_id`,
  by: { source_id: 'UInt64' },
  row: z.object({ source_id: id, load_id: id }),
});

const newestBefore = query({
  sql: `
SELECT max(load_id) AS load_id
FROM commits
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND load_id < {load_id: UInt64}`,
  params: z.object({ source_id: id, load_id: id }),
  row: z.object({ load_id: id }),
});

/** Loads of which rows are missing, and which somebody would read if they were whole. */
const damagedOfSource = query({
  sql: `
SELECT load_id
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND damage != '' AND state NOT IN ('withdrawn', 'expired')
ORDER BY load_id`,
  params: z.object({ source_id: id }),
  row: z.object({ load_id: id }),
});

const storms = query({
  sql: `
SELECT storm, toUInt32(uniqExact(load_id)) AS told
FROM commits
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND storm != ''
GROUP BY storm
ORDER BY storm`,
  params: z.object({ source_id: id }),
  row: z.object({ storm: z.string(), told: z.number() }),
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

/** The newest commit of a source; undefined when there is none. */
export async function commitOfSource(db: Querier, source_id: string): Promise<Commit | undefined> {
  const [newest] = await db.lookup(newestLoads, { source_id });
  return newest === undefined ? undefined : commitOfLoad(db, source_id, newest.load_id);
}

/** The newest commit of a source before that of a load; undefined when there is none. */
export async function commitBefore(
  db: Querier,
  { source_id, load_id }: { source_id: string; load_id: string },
): Promise<Commit | undefined> {
  const loads = await db.lookup(newestLoads, { source_id });
  const near = loads.find((load) => BigInt(load.load_id) < BigInt(load_id));
  const before =
    near ?? (loads.length < newestLoads_max ? undefined : await db.first(newestBefore, { source_id, load_id }));
  return before === undefined ? undefined : commitOfLoad(db, source_id, before.load_id);
}

/** The commit of a load as it stands, whatever was decided about it; undefined before there is one. */
export async function commitOfLoad(db: Querier, source_id: string, load_id: string): Promise<Commit | undefined> {
  const [found] = await db.lookup(ofLoad, { source_id, load_id });
  return found;
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

/** The loads of a source that are held because rows of them are missing, oldest first. */
export async function damagedCommits(db: Querier, source_id: string): Promise<string[]> {
  return (await db.rows(damagedOfSource, { source_id })).map(({ load_id }) => load_id);
}

/** The storms that loads of a source were told in, and of how many loads each was. */
export function commitStorms(db: Querier, source_id: string): Promise<z.infer<typeof storms.row>[]> {
  return db.rows(storms, { source_id });
}

/** Writes a step of a commit; the row with the highest version is the present. */
export function writeCommit(db: Querier, row: Commit): Promise<void> {
  return writeCommits(db, [row]);
}

/** The same for many loads. */
export function writeCommits(db: Querier, rows: readonly Commit[]): Promise<void> {
  return db.insert('commits', rows);
}
