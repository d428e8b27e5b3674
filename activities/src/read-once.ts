import {
  ensureDataColumns,
  newChunkIds,
  readText,
  ReadTotals,
  RefusedFile,
  type ByteSourceEnd,
  type DataColumn,
  type NewColumn,
  type Querier,
  type ReadLimits,
  type ReadPlan,
  type TextLayout,
} from '@assay/clickhouse';
import type { LoadedChunk, LoadIdentity } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import type { Beat } from './heartbeat.ts';
import { insertChunks } from './insert-chunks.ts';
import type { LoadProgress } from './load-progress.ts';

export interface ReadOnce {
  readonly db: Querier;
  readonly load: LoadIdentity;
  readonly layout: TextLayout;
  readonly columns: readonly NewColumn[];
  /** Whether misfits are studied, because nobody declared the types. */
  readonly inferring: boolean;
  /** The content, open and unread; it is closed in the end. */
  readonly content: Content;
  readonly read_limits: ReadLimits;
  readonly rows_max: number;
  readonly progress: LoadProgress;
  readonly beat: Beat;
}

/** What a reader of text reads, and how it ended once that is known. */
export interface Content {
  readonly chunks: AsyncIterable<Buffer>;
  readonly end: ByteSourceEnd | undefined;
  close(): Promise<void>;
}

/** One reading of a whole file, stored under fresh chunk ids. */
export interface Reading {
  readonly plan: ReadPlan;
  readonly totals: ReadTotals;
  readonly stored: readonly DataColumn[];
  readonly chunks: readonly LoadedChunk[];
  readonly end: ByteSourceEnd;
}

/** Reads and stores the whole file once. Throws RefusedFile past a limit. */
export async function readOnce(deps: ActivityDeps, read: ReadOnce): Promise<Reading> {
  const { db, load, beat, content } = read;
  const stored = await ensureDataColumns(db, load.source_id, read.columns);
  const plan: ReadPlan = {
    layout: read.layout,
    columns: read.columns.map((column, place) => ({ ...column, number: stored[place]?.number ?? place + 1 })),
    limits: read.read_limits,
    mode: read.inferring ? 'inferred' : 'declared',
    tenant: load.tenant,
    source_id: load.source_id,
    load_id: load.load_id,
    received_at: Math.floor(Date.parse(load.received_at) / 1_000),
  };
  try {
    const totals = new ReadTotals(plan);
    const chunks: LoadedChunk[] = [];
    const texts = readText({
      content: content.chunks,
      plan,
      pool: deps.readers,
      chunkIdFor: newChunkIds(),
      signal: beat.signal,
    });
    const target = { db, source_id: load.source_id, columns: stored, signal: beat.signal, reached: deps.reached };
    for await (const chunk of insertChunks(target, texts)) {
      totals.add(chunk);
      if (totals.rows > read.rows_max) {
        throw new RefusedFile(
          'limit',
          `The file has more than ${String(read.rows_max)} rows, the limit rows_max of this source.`,
        );
      }
      chunks.push({
        chunk_id: chunk.chunk_id,
        records: String(chunk.records),
        rows: String(chunk.rows),
        rejects: String(chunk.rejects),
      });
      await read.progress.chunk(chunk);
    }
    if (content.end === undefined) throw new Error(`the content of load ${load.load_id} did not end`);
    // Chunks and content are counted apart: a chunk that got lost between reader and engine cannot go unnoticed.
    if (totals.bytes !== content.end.bytes_out) {
      throw new Error(
        `load ${load.load_id} stored ${String(totals.bytes)} of ${String(content.end.bytes_out)} bytes of content`,
      );
    }
    return { plan, totals, stored, chunks, end: content.end };
  } finally {
    await content.close();
  }
}
