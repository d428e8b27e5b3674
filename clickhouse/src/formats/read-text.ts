import type { Stretch } from './chunk-work.ts';
import { cutChunks } from './cut-chunks.ts';
import type { OwnedChunk } from './cut-chunks.ts';
import type { ChunkRead, ReadPlan } from './define.ts';
import { stampBlock } from './native.ts';
import type { EncodedBlock } from './native.ts';
import type { ChunkRun, PooledFile, ReaderPool } from './reader-pool.ts';
import { laidOut } from './text-formats.ts';

/** Size of a chunk of text; each becomes one insert. */
const defaultChunkBytes = 16 * 1024 * 1024;

export interface ReadTextRequest {
  /** The decompressed content, in order. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly plan: ReadPlan;
  readonly pool: ReaderPool;
  /** The UInt64 id of the n-th chunk, from 0, as decimal text. */
  readonly chunkIdFor: (chunk_no: number) => string;
  readonly signal?: AbortSignal;
  readonly chunk_bytes?: number;
}

interface StartedChunk {
  readonly chunk: OwnedChunk;
  readonly run: ChunkRun;
}

/**
 * Reads a text file chunk by chunk in the pool's threads and gives the chunks in the file's order, ready to be inserted. A few are read
 * ahead; when the caller does not ask for more, reading stops, so memory stays bounded.
 * @throws ReaderThreadError, the content's own errors, and the signal's reason.
 */
export async function* readText(request: ReadTextRequest): AsyncGenerator<ChunkRead, void> {
  const { content, plan, pool, chunkIdFor, signal } = request;
  const chunk_bytes = request.chunk_bytes ?? defaultChunkBytes;
  const file = pool.open(plan, chunk_bytes * 2);
  const chunks = cutChunks(content, {
    cutter: laidOut(plan.layout).cutter(plan.limits),
    record_bytes_max: plan.limits.record_bytes_max,
    chunk_bytes,
    allocate: pool.allocate,
  });
  const started: Promise<StartedChunk | undefined>[] = [];
  let chunk_no = 0;
  let lines = 0;
  let current: ChunkRun | undefined;
  try {
    for (;;) {
      while (started.length <= pool.threads) started.push(startNext(chunks, file));
      const next = await started.shift();
      signal?.throwIfAborted();
      if (next === undefined) return;
      let { base_offset } = next.chunk;
      // A chunk counts its lines from its own start, through all its stretches.
      const lines_before = lines;
      current = next.run;
      let stretch: Stretch;
      do {
        stretch = await next.run.next();
        signal?.throwIfAborted();
        const bytes = stretch.done ? next.chunk.end_offset - base_offset : stretch.bytes;
        base_offset += bytes;
        yield stamped(stretch, { chunk_no, chunk_id: chunkIdFor(chunk_no), lines_before, bytes });
        chunk_no++;
        lines += stretch.lines;
      } while (!stretch.done);
      current = undefined;
    }
  } finally {
    current?.stop();
    await chunks.return();
    // Each as soon as it has a thread: a later one may be waiting for that thread.
    await Promise.allSettled(started.map((chunk) => chunk.then((begun) => begun?.run.stop())));
    file.close();
  }
}

function startNext(chunks: AsyncGenerator<OwnedChunk, void>, file: PooledFile): Promise<StartedChunk | undefined> {
  const start = async (): Promise<StartedChunk | undefined> => {
    const { done, value: chunk } = await chunks.next();
    return done === true ? undefined : { chunk, run: await file.read(chunk) };
  };
  const result = start();
  // The error is met when its turn comes; until then nobody listens.
  result.catch(() => undefined);
  return result;
}

interface Stamp {
  readonly chunk_no: number;
  readonly chunk_id: string;
  readonly lines_before: number;
  readonly bytes: number;
}

function stamped(stretch: Stretch, { chunk_no, chunk_id, lines_before, bytes }: Stamp): ChunkRead {
  const blocks = (block: EncodedBlock | null): Uint8Array[] => {
    if (block === null) return [];
    stampBlock(block, BigInt(chunk_id), lines_before);
    return [block.bytes];
  };
  const { rows, rejects, lines, extras, extras_unlisted } = stretch;
  return {
    chunk_no,
    chunk_id,
    records: rows + rejects,
    rows,
    rejects,
    lines,
    bytes,
    row_blocks: blocks(stretch.row_block),
    reject_blocks: blocks(stretch.reject_block),
    columns: stretch.columns.map((column) => ({
      ...column,
      odd: column.odd.map(({ line, raw }) => ({ line: line + lines_before, raw })),
    })),
    extras,
    extras_unlisted,
  };
}
