import type { ChunkReader, ReadPlan, TextChunk } from './define.ts';
import { RowBuffer } from './row-buffer.ts';
import type { BufferedRows } from './row-buffer.ts';
import { laidOut } from './text-formats.ts';

/** What one stretch of a chunk became; a chunk is one stretch unless its rows grow far beyond its bytes. */
export interface Stretch extends BufferedRows {
  /** Line ends passed. */
  readonly lines: number;
  readonly bytes: number;
  /** Whether the chunk is read to its end. */
  readonly done: boolean;
}

/** Reads chunks of one file, one after the other, on the calling thread. */
export class ChunkWork {
  readonly #reader: ChunkReader;
  readonly #sink: RowBuffer;

  /** `encodedBytes_max` bounds the blocks of a stretch, roughly. */
  constructor(plan: ReadPlan, encodedBytes_max: number) {
    this.#reader = laidOut(plan.layout).reader(plan);
    this.#sink = new RowBuffer(plan, encodedBytes_max);
  }

  /** Reads the chunk stretch by stretch; the bytes must stay until the last. `spare` gives a buffer that a stretch may use for its rows. */
  *read(chunk: TextChunk, spare?: () => ArrayBuffer | undefined): Generator<Stretch, void> {
    let from = { offset: 0, line: 1 };
    do {
      this.#sink.begin(chunk.bytes, chunk.base_offset);
      const to = this.#reader.read(chunk, from, this.#sink);
      const done = to.offset >= chunk.bytes.length;
      const bytes = to.offset - from.offset + (done ? chunk.skipped_bytes : 0);
      yield { ...this.#sink.take(spare?.()), lines: to.line - from.line, bytes, done };
      from = to;
    } while (from.offset < chunk.bytes.length);
  }
}
