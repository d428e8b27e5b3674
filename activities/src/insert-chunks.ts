import {
  dataTable,
  ownColumns,
  physicalColumn,
  type ChunkRead,
  type DataColumn,
  type Querier,
} from '@assay/clickhouse';
import type { ReachStep } from './crash-point.ts';

const rejectColumns = [
  'tenant',
  'source_id',
  'load_id',
  'chunk_id',
  'line',
  'byte_offset',
  'received_at',
  'reason_code',
  'reason',
  'raw',
  'raw_bytes',
];

/** Inserts in flight while the next chunks are read: enough to keep engine and readers busy, few enough to bound memory. */
const insertsAtOnce = 2;

export interface InsertTarget {
  readonly db: Querier;
  readonly source_id: string;
  readonly columns: readonly DataColumn[];
  readonly signal: AbortSignal;
  readonly reached: ReachStep;
}

/**
 * Inserts every chunk's rows and rejects, each under its own chunk id, a few at a time.
 * @yields a chunk once the engine has acknowledged all of it, in the order of acknowledgement
 */
export async function* insertChunks(
  target: InsertTarget,
  chunks: AsyncIterable<ChunkRead>,
): AsyncGenerator<ChunkRead, void> {
  const inFlight = new Map<ChunkRead, Promise<ChunkRead>>();
  const start = (chunk: ChunkRead) => {
    const insert = insertChunk(target, chunk).then(() => chunk);
    // A failure is met where the chunk is awaited; until then nobody listens.
    insert.catch(() => undefined);
    inFlight.set(chunk, insert);
  };
  // An insert stays in flight until its chunk is handed on: one that ends while the next chunk is read is not forgotten.
  const finished = async () => {
    const chunk = await Promise.race(inFlight.values());
    inFlight.delete(chunk);
    return chunk;
  };
  try {
    for await (const chunk of chunks) {
      target.signal.throwIfAborted();
      start(chunk);
      if (inFlight.size >= insertsAtOnce) yield await finished();
    }
    while (inFlight.size > 0) yield await finished();
  } finally {
    // Whatever ends the load, no insert of it is left running unheard.
    await Promise.allSettled(inFlight.values());
  }
}

async function insertChunk(target: InsertTarget, chunk: ChunkRead): Promise<void> {
  const { db, source_id, columns, reached } = target;
  reached('load.insert:before');
  const inserts = await Promise.allSettled([
    insertBlocks(db, {
      table: dataTable(source_id),
      columns: [...ownColumns, ...columns.map((column) => physicalColumn(column.number))],
      blocks: chunk.row_blocks,
    }),
    insertBlocks(db, { table: 'rejects', columns: rejectColumns, blocks: chunk.reject_blocks }),
  ]);
  for (const insert of inserts) if (insert.status === 'rejected') throw insert.reason;
  chunk.release();
  reached('load.insert:after');
}

async function insertBlocks(
  db: Querier,
  into: { table: string; columns: readonly string[]; blocks: readonly Uint8Array[] },
): Promise<void> {
  if (into.blocks.length === 0) return;
  await db.insertEncoded({ ...into, format: 'Native' });
}
