import {
  commitOfLoad,
  deleteChunks,
  detachedParts,
  generationOf,
  hasDataTable,
  listSources,
  loadById,
  storedChunks,
  storedRejectChunks,
  type Querier,
  type StoredChunk,
} from '@assay/clickhouse';
import {
  fileWorkflowId,
  recheckWorkflowId,
  type SweepReport,
  type SweptLoad,
  type UpkeepInput,
} from '@assay/workflows';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from './deps.ts';
import { isRunning } from './is-running.ts';

type SweepDeps = Pick<ActivityDeps, 'connection' | 'temporal' | 'inbox'>;

/** More loads than these are counted and not listed, so that the answer stays small. */
const listed_max = 200;

/**
 * Deletes rows and rejects under chunk ids that no commit names. The order makes it safe: the chunks are listed first, then no workflow of
 * the load may be running, then its commit is read, and only the difference goes. Chunk ids are never used again.
 */
export async function sweepStored(deps: SweepDeps, { tenant, dry_run }: UpkeepInput): Promise<SweepReport> {
  const db = deps.connection.querier(tenant);
  await requireWholeCommits(deps);
  const found: SweptLoad[] = [];
  for (const { source_id, name } of await listSources(db)) {
    const rows = (await hasDataTable(db, source_id)) ? await storedChunks(db, source_id) : [];
    const rejects = await storedRejectChunks(db, source_id);
    for (const [load_id, chunks] of byLoad(rows, rejects)) {
      const load = { source_id, source: name, load_id };
      const swept = await sweepOne(deps, db, { load, chunks, dry_run });
      if (swept !== undefined) found.push(swept);
    }
  }
  const gone = found.filter((load) => load.left === '');
  const sum = (count: (load: SweptLoad) => string) =>
    String(gone.reduce((total, load) => total + BigInt(count(load)), 0n));
  return {
    dry_run,
    loads: found.toSorted((a, b) => Number(BigInt(b.rows) - BigInt(a.rows))).slice(0, listed_max),
    more: Math.max(0, found.length - listed_max),
    rows: sum((load) => load.rows),
    rejects: sum((load) => load.rejects),
  };
}

/** What lost some of its commits would look like leftovers. */
async function requireWholeCommits(deps: SweepDeps): Promise<void> {
  const parts = await detachedParts(deps.connection.querier(''));
  const broken = parts.filter(({ table }) => table === 'commits' || table === 'loads');
  if (broken.length === 0) return;
  const names = broken.map(({ table, part }) => `${table}/${part}`).join(', ');
  throw ApplicationFailure.nonRetryable(
    `Nothing was swept: the engine has set parts of its own records aside (${names}), so rows that count could look like leftovers. Bring those parts back first.`,
    'commits_incomplete',
  );
}

interface Chunks {
  readonly rows: readonly StoredChunk[];
  readonly rejects: readonly StoredChunk[];
}

function byLoad(rows: readonly StoredChunk[], rejects: readonly StoredChunk[]): Map<string, Chunks> {
  const ofRows = Map.groupBy(rows, (chunk) => chunk.load_id);
  const ofRejects = Map.groupBy(rejects, (chunk) => chunk.load_id);
  const loads = new Set([...ofRows.keys(), ...ofRejects.keys()]);
  return new Map(
    [...loads].map((load_id) => [load_id, { rows: ofRows.get(load_id) ?? [], rejects: ofRejects.get(load_id) ?? [] }]),
  );
}

async function sweepOne(
  deps: SweepDeps,
  db: Querier,
  given: { load: { source_id: string; source: string; load_id: string }; chunks: Chunks; dry_run: boolean },
): Promise<SweptLoad | undefined> {
  const { source_id, source, load_id } = given.load;
  const before = await leftovers(db, given.load, given.chunks);
  if (before.chunk_ids.length === 0) return undefined;
  const left = await whyLeft(deps, db, given.load);
  const now = await leftovers(db, given.load, given.chunks);
  if (now.chunk_ids.length === 0) return undefined;
  const load = await loadById(db, load_id);
  if (left === '' && !given.dry_run) await deleteChunks(db, { source_id, load_id, chunk_ids: now.chunk_ids });
  const { rows, rejects, chunk_ids } = now;
  return { source, load_id, file: load?.file ?? '', chunks: chunk_ids.length, rows, rejects, left };
}

async function leftovers(
  db: Querier,
  load: { source_id: string; load_id: string },
  chunks: Chunks,
): Promise<{ chunk_ids: string[]; rows: string; rejects: string }> {
  const commit = await commitOfLoad(db, load.source_id, load.load_id);
  // Rows of an expired load are the business of retention.
  const counts = new Set(commit?.chunk_ids);
  const over = (of: readonly StoredChunk[]) => of.filter((chunk) => !counts.has(chunk.chunk_id));
  const sum = (of: readonly StoredChunk[]) => String(of.reduce((total, chunk) => total + BigInt(chunk.rows), 0n));
  const [rows, rejects] = [over(chunks.rows), over(chunks.rejects)];
  const chunk_ids = [...new Set([...rows, ...rejects].map((chunk) => chunk.chunk_id))];
  return { chunk_ids, rows: sum(rows), rejects: sum(rejects) };
}

/** Why leftovers of a load stay where they are; empty when they may go. */
async function whyLeft(
  deps: SweepDeps,
  db: Querier,
  { source_id, load_id }: { source_id: string; load_id: string },
): Promise<string> {
  const [load, about, commit] = await Promise.all([
    loadById(db, load_id),
    deps.inbox.manifest(load_id),
    commitOfLoad(db, source_id, load_id),
  ]);
  if (load !== undefined && load.committed_at !== null && commit === undefined) {
    return 'The load was committed, but its commit is not on record: nobody can tell which rows count.';
  }
  const generation = load === undefined ? 0 : generationOf(load.version);
  const workflow_ids = new Set([
    ...(load === undefined ? [] : [load.workflow_id]),
    ...(about === undefined ? [] : [fileWorkflowId(about)]),
    ...[generation, generation + 1]
      .filter((n) => n > 0)
      .map((n) => recheckWorkflowId({ tenant: db.tenant, load_id }, n)),
  ]);
  for (const workflow_id of workflow_ids) {
    if (await isRunning(deps.temporal, workflow_id))
      return `Its workflow ${workflow_id} is running and sweeps when it ends.`;
  }
  return '';
}
