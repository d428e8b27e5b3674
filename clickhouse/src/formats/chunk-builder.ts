import type { Stretch } from './chunk-work.ts';
import type { ChunkRead, ReadPlan } from './define.ts';
import { stampBlock } from './native.ts';
import type { EncodedBlock } from './native.ts';
import { ReadTotals } from './read-totals.ts';

/** Collects what was read of consecutive pieces of a file into one chunk: one insert for rows, one for rejects, one chunk id. */
export class ChunkBuilder {
  encoded_bytes = 0;
  readonly #plan: ReadPlan;
  readonly #chunkNo: number;
  readonly #chunkId: string;
  readonly #release: (buffer: ArrayBuffer) => void;
  readonly #totals: ReadTotals;
  readonly #rowBlocks: Uint8Array<ArrayBuffer>[] = [];
  readonly #rejectBlocks: Uint8Array<ArrayBuffer>[] = [];

  /** `release` is handed the buffers of the blocks when they are no longer used. */
  constructor(
    plan: ReadPlan,
    {
      chunk_no,
      chunk_id,
      release,
    }: Pick<ChunkRead, 'chunk_no' | 'chunk_id'> & { release: (buffer: ArrayBuffer) => void },
  ) {
    this.#plan = plan;
    this.#chunkNo = chunk_no;
    this.#chunkId = chunk_id;
    this.#release = release;
    this.#totals = new ReadTotals(plan);
  }

  /** Bytes of content read into this chunk. */
  get content_bytes(): number {
    return this.#totals.bytes;
  }

  add(piece: { readonly stretch: Stretch; readonly lines_before: number; readonly bytes: number }): void {
    const { stretch, lines_before, bytes } = piece;
    this.#keep(this.#rowBlocks, stretch.row_block, lines_before);
    this.#keep(this.#rejectBlocks, stretch.reject_block, lines_before);
    const columns = stretch.columns.map((column) => ({
      ...column,
      odd: column.odd.map(({ line, raw }) => ({ line: line + lines_before, raw })),
    }));
    this.#totals.add({ ...stretch, columns, bytes, records: stretch.rows + stretch.rejects });
  }

  finish(): ChunkRead {
    const { records, rows, rejects, lines, bytes, columns, extras, extras_unlisted } = this.#totals;
    const studied = this.#plan.mode === 'inferred';
    return {
      chunk_no: this.#chunkNo,
      chunk_id: this.#chunkId,
      records,
      rows,
      rejects,
      lines,
      bytes,
      row_blocks: this.#rowBlocks,
      reject_blocks: this.#rejectBlocks,
      columns: columns.map((column) => ({ ...column, misfits: studied ? column.misfits : null })),
      extras: [...extras].map(([name, { values, nulls, tally }]) => ({
        name,
        values,
        nulls,
        tally: studied ? tally : null,
      })),
      extras_unlisted,
      release: () => {
        for (const block of [...this.#rowBlocks, ...this.#rejectBlocks]) this.#release(block.buffer);
      },
    };
  }

  #keep(blocks: Uint8Array<ArrayBuffer>[], block: EncodedBlock | null, lines_before: number): void {
    if (block === null) return;
    stampBlock(block, BigInt(this.#chunkId), lines_before);
    blocks.push(block.bytes);
    this.encoded_bytes += block.bytes.length;
  }
}
