import { commitOfLoad, countRejects, countRows, deleteChunks, hasDataTable, type Querier } from '@assay/clickhouse';

/**
 * Deletes what attempts that did not count left behind. The order makes it safe: the chunks are listed first, the commit is read after
 * that, so a chunk that is committed in between is in the commit and stays. The caller knows that no attempt of this load is running.
 * @returns how many rows and rejects were deleted
 */
export async function sweepLoad(db: Querier, load: { source_id: string; load_id: string }): Promise<bigint> {
  const [rows, rejects] = await Promise.all([
    (await hasDataTable(db, load.source_id)) ? countRows(db, load.source_id, load.load_id) : [],
    countRejects(db, load.load_id),
  ]);
  const commit = await commitOfLoad(db, load.source_id, load.load_id);
  const committed = new Set(commit?.chunk_ids ?? []);
  const orphans = [...rows, ...rejects].filter((chunk) => !committed.has(chunk.chunk_id));
  if (orphans.length === 0) return 0n;
  const chunk_ids = [...new Set(orphans.map((chunk) => chunk.chunk_id))];
  await deleteChunks(db, { ...load, chunk_ids });
  return orphans.reduce((sum, chunk) => sum + BigInt(chunk.rows), 0n);
}
