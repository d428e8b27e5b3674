import { countRejects, countRows, type Querier } from '@assay/clickhouse';
import type { LoadedChunk, LoadIdentity } from '@assay/workflows';

/** Thrown when the engine holds other rows than the reader sent: the attempt is repeated under new chunk ids. */
export class ChunkCountError extends Error {
  readonly code = 'chunk_count';
}

/** Compares what the engine counts with what the reader counted, chunk by chunk. Throws ChunkCountError. */
export async function verifyChunks(
  db: Querier,
  load: Pick<LoadIdentity, 'source_id' | 'load_id'>,
  chunks: readonly LoadedChunk[],
): Promise<void> {
  // Nothing can lie under a fresh chunk id that nothing was sent to.
  const [rows, rejects] = await Promise.all([
    chunks.some((chunk) => chunk.rows !== '0') ? countRows(db, load.source_id, load.load_id) : [],
    chunks.some((chunk) => chunk.rejects !== '0') ? countRejects(db, load.load_id) : [],
  ]);
  const rowsOf = new Map(rows.map((chunk) => [chunk.chunk_id, chunk.rows]));
  const rejectsOf = new Map(rejects.map((chunk) => [chunk.chunk_id, chunk.rows]));
  for (const { chunk_id, rows: read, rejects: rejected } of chunks) {
    const stored = rowsOf.get(chunk_id) ?? '0';
    const kept = rejectsOf.get(chunk_id) ?? '0';
    if (stored === read && kept === rejected) continue;
    throw new ChunkCountError(
      `chunk ${chunk_id} of load ${load.load_id} has ${stored} rows and ${kept} rejects in the engine, but ${read} and ${rejected} were sent`,
    );
  }
}
