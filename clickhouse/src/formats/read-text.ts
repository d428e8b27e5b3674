import { ChunkBuilder } from './chunk-builder.ts';
import type { Stretch } from './chunk-work.ts';
import { cutChunks } from './cut-chunks.ts';
import type { OwnedChunk } from './cut-chunks.ts';
import type { ChunkRead, ReadPlan } from './define.ts';
import type { ChunkRun, PooledFile, ReaderPool } from './reader-pool.ts';
import { laidOut } from './text-formats.ts';

/** Content that becomes one insert: large, because each insert costs the engine a part, and parts are merged again. */
const defaultChunkBytes = 48 * 1024 * 1024;
/** Content read at a time: small, because several such pieces are in memory at once and caches are small. */
const defaultReadBytes = 4 * 1024 * 1024;

export interface ReadTextRequest {
  /** The decompressed content, in order. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly plan: ReadPlan;
  readonly pool: ReaderPool;
  /** The UInt64 id of the n-th chunk, from 0, as decimal text. */
  readonly chunkIdFor: (chunk_no: number) => string;
  readonly signal?: AbortSignal;
  readonly chunk_bytes?: number;
  readonly read_bytes?: number;
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
  const { plan, pool, chunkIdFor } = request;
  const chunk_bytes = request.chunk_bytes ?? defaultChunkBytes;
  const read_bytes = Math.min(chunk_bytes, request.read_bytes ?? defaultReadBytes);
  const begin = (chunk_no: number) =>
    new ChunkBuilder(plan, { chunk_no, chunk_id: chunkIdFor(chunk_no), release: pool.release });
  let chunk_no = 0;
  let chunk = begin(chunk_no);
  for await (const piece of readPieces(request, read_bytes)) {
    chunk.add(piece);
    // Another whole piece would pass the size aimed at; pieces are a little shorter than `read_bytes`.
    if (chunk.content_bytes < chunk_bytes - read_bytes / 2 && chunk.encoded_bytes < chunk_bytes) continue;
    yield chunk.finish();
    chunk = begin(++chunk_no);
  }
  if (chunk.content_bytes > 0) yield chunk.finish();
}

/** A piece of content that was read in a thread, and where it lies in the file. */
interface Piece {
  readonly stretch: Stretch;
  /** Lines of the file before those that the stretch counts from. */
  readonly lines_before: number;
  readonly bytes: number;
}

async function* readPieces(request: ReadTextRequest, read_bytes: number): AsyncGenerator<Piece, void> {
  const { content, plan, pool, signal } = request;
  const file = pool.open(plan, read_bytes * 2);
  const chunks = cutChunks(content, {
    cutter: laidOut(plan.layout).cutter(plan.limits),
    record_bytes_max: plan.limits.record_bytes_max,
    chunk_bytes: read_bytes,
    allocate: pool.allocate,
  });
  const started: Promise<StartedChunk | undefined>[] = [];
  let lines = 0;
  let current: ChunkRun | undefined;
  try {
    for (;;) {
      while (started.length <= pool.threads) started.push(startNext(chunks, file));
      const next = await started.shift();
      signal?.throwIfAborted();
      if (next === undefined) return;
      let { base_offset } = next.chunk;
      current = next.run;
      // A chunk of the cutter counts its lines from its own start, through all its stretches.
      const lines_before = lines;
      let stretch: Stretch;
      do {
        stretch = await next.run.next();
        signal?.throwIfAborted();
        const bytes = stretch.done ? next.chunk.end_offset - base_offset : stretch.bytes;
        base_offset += bytes;
        lines += stretch.lines;
        yield { stretch, lines_before, bytes };
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
