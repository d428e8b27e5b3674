import type { Cutter, TextChunk } from './define.ts';

/** Bytes looked at behind the record limit before a record counts as too long, so that its line end and a CSV quote still fit. */
const slackBytes = 64 * 1024;
const carriageReturn = 0x0d;

export interface CutOptions {
  readonly cutter: Cutter;
  readonly record_bytes_max: number;
  /** Size aimed at; a chunk grows beyond it only as far as one record needs, and hardly past the record limit. */
  readonly chunk_bytes: number;
  /** Gives a buffer of at least this size. */
  readonly allocate: (bytes: number) => ArrayBuffer;
}

export interface OwnedChunk extends TextChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of the first byte behind the chunk, skipped bytes included. */
  readonly end_offset: number;
}

/**
 * Cuts content at record starts. Of a record longer than the limit only a beginning is kept, so memory stays bounded whatever arrives;
 * reading starts again where the cutter says.
 */
export async function* cutChunks(
  content: AsyncIterable<Uint8Array>,
  options: CutOptions,
): AsyncGenerator<OwnedChunk, void> {
  const cutting = new Cutting(options);
  for await (const piece of content) {
    let rest = piece;
    while (rest.length > 0) {
      const chunk = cutting.isFull ? cutting.cut() : undefined;
      if (chunk !== undefined) yield chunk;
      const { taken, skipped } = cutting.take(rest);
      rest = rest.subarray(taken);
      if (skipped !== undefined) yield skipped;
    }
  }
  const end = cutting.end();
  if (end !== undefined) yield end;
}

class Cutting {
  readonly #options: CutOptions;
  readonly #growth_max: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #baseOffset = 0;
  /** Bytes of an overlong record dropped so far behind what is kept of it; -1 while nothing is being dropped. */
  #skipped = -1;
  #lastSkipped = 0;

  constructor(options: CutOptions) {
    this.#options = options;
    this.#growth_max = options.record_bytes_max + slackBytes;
    this.#bytes = new Uint8Array(options.allocate(options.chunk_bytes), 0, options.chunk_bytes);
  }

  /** Whether `cut` must be called before more bytes are taken. */
  get isFull(): boolean {
    return this.#skipped < 0 && this.#length === this.#bytes.length;
  }

  /** Makes room: takes the whole records out, or grows for a long one, or begins to skip one that is too long. More bytes must follow. */
  cut(): OwnedChunk | undefined {
    const { cutter, chunk_bytes, record_bytes_max } = this.#options;
    const bytes = this.#bytes;
    const end = cutter.lastRecordEnd(bytes, this.#length);
    if (end === 0 && this.#length >= this.#growth_max) {
      const rest = bytes.slice(record_bytes_max + 1, this.#length);
      this.#length = record_bytes_max + 1;
      this.#skipped = 0;
      const { taken, skipped } = this.#skip(rest);
      if (skipped !== undefined) this.#refill(rest.subarray(taken));
      return skipped;
    }
    const rest = bytes.subarray(end, this.#length);
    const chunk = end > 0 ? this.#chunk(end, 0, this.#baseOffset + end, { last: false }) : undefined;
    this.#start(Math.max(chunk_bytes, end === 0 ? Math.min(this.#growth_max, rest.length * 2) : rest.length + 1));
    this.#refill(rest);
    return chunk;
  }

  /** Takes what fits of `piece`; says how much, and the chunk that ended where a record was skipped. */
  take(piece: Uint8Array): { readonly taken: number; readonly skipped?: OwnedChunk } {
    if (this.#skipped >= 0) return this.#skip(piece);
    const taken = Math.min(piece.length, this.#bytes.length - this.#length);
    this.#refill(piece.subarray(0, taken));
    return { taken };
  }

  /** The last chunk, when there is anything left for one. */
  end(): OwnedChunk | undefined {
    if (this.#length === 0) return undefined;
    const skipped = Math.max(0, this.#skipped);
    return this.#chunk(this.#length, skipped, this.#baseOffset + this.#length + skipped, { last: true });
  }

  #skip(piece: Uint8Array): { readonly taken: number; readonly skipped?: OwnedChunk } {
    const end = this.#options.cutter.resume(piece, piece.length);
    const taken = end < 0 ? piece.length : end;
    if (end < 0) {
      this.#skipped += taken;
      this.#lastSkipped = piece[taken - 1] ?? this.#lastSkipped;
      return { taken };
    }
    const beforeLineEnd = taken > 1 ? (piece[taken - 2] ?? 0) : this.#lastSkipped;
    const lineEndBytes = beforeLineEnd === carriageReturn && this.#skipped + taken > 1 ? 2 : 1;
    const behind = this.#baseOffset + this.#length + this.#skipped + taken;
    const skipped = this.#chunk(this.#length, this.#skipped + taken - lineEndBytes, behind, { last: false });
    this.#skipped = -1;
    this.#lastSkipped = 0;
    this.#start(this.#options.chunk_bytes);
    return { taken, skipped };
  }

  #chunk(length: number, skipped_bytes: number, end_offset: number, { last }: { readonly last: boolean }): OwnedChunk {
    const base_offset = this.#baseOffset;
    this.#baseOffset = end_offset;
    const bytes = this.#bytes.subarray(0, length);
    return { bytes, base_offset, first: base_offset === 0, last, skipped_bytes, end_offset };
  }

  #start(capacity: number): void {
    this.#bytes = new Uint8Array(this.#options.allocate(capacity), 0, capacity);
    this.#length = 0;
  }

  #refill(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}
