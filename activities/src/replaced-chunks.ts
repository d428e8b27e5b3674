import type { Commit } from '@assay/clickhouse';

/** Thrown when rows that a check read were put in place of others meanwhile: the attempt is repeated on what counts now. */
export class ReplacedChunksError extends Error {
  readonly code = 'chunks_replaced';
}

/**
 * Makes sure that the loads whose rows took part in windows still count with the same chunks: those of a load that was read again are
 * deleted right after the swap. Throws ReplacedChunksError.
 */
export function requireSameChunks(before: readonly Commit[], now: readonly Commit[]): void {
  const chunksOf = new Map(now.map((commit) => [commit.load_id, commit.chunk_ids.join()]));
  const replaced = before.find((commit) => chunksOf.get(commit.load_id) !== commit.chunk_ids.join());
  if (replaced === undefined) return;
  throw new ReplacedChunksError(`load ${replaced.load_id} changed while its windows were judged`);
}
