import type { LexemeKind } from '../lexeme.ts';
import { lexeme } from '../lexeme.ts';
import type { ChunkReader, Cutter, Rejection, RowSink, TextChunk } from '../define.ts';

export type CollectedRecord =
  | { readonly line: number; readonly offset: number; readonly values: readonly (string | null)[] }
  | { readonly line: number; readonly offset: number; readonly reject: string; readonly raw: string };

/** Keeps what a CSV reader says as plain values, one letter per byte. Field n of the file must be column n of the plan or none. */
export class CollectingSink implements RowSink {
  readonly records: CollectedRecord[] = [];
  readonly reasons: string[] = [];
  readonly #chunk: TextChunk;
  readonly #firstLine: number;
  readonly #rowsPerBlock: number;
  #row: (string | null)[] = [];
  #rows = 0;

  constructor(chunk: TextChunk, firstLine: number, rowsPerBlock: number) {
    this.#chunk = chunk;
    this.#firstLine = firstLine;
    this.#rowsPerBlock = rowsPerBlock;
  }

  get full(): boolean {
    return this.#rows >= this.#rowsPerBlock;
  }

  emptied(): void {
    this.#rows = 0;
  }

  value(column: number, kind: LexemeKind, start: number, end: number): boolean {
    if (column !== this.#row.length) throw new Error(`field ${column} came in place ${this.#row.length}`);
    this.#row.push(this.#text(kind, start, end));
    return true;
  }

  extra(): boolean {
    throw new Error('a CSV field has no name of its own');
  }

  extraName(): number {
    throw new Error('a CSV field has no name of its own');
  }

  extraField(field: number, kind: LexemeKind, start: number, end: number): void {
    this.value(field, kind, start, end);
  }

  endRow(line: number, offset: number): void {
    this.records.push({ line: this.#line(line), offset: this.#chunk.base_offset + offset, values: this.#row });
    this.#row = [];
    this.#rows++;
  }

  reject({ reason_code, reason, line, start, end, raw_bytes }: Rejection): void {
    const raw = this.#slice(start, end) + '?'.repeat(Math.max(0, (raw_bytes ?? 0) - (end - start)));
    this.records.push({ line: this.#line(line), offset: this.#chunk.base_offset + start, reject: reason_code, raw });
    this.reasons.push(reason);
    this.#row = [];
  }

  #text(kind: LexemeKind, start: number, end: number): string | null {
    if (kind === lexeme.null) return null;
    const text = this.#slice(start, end);
    return kind === lexeme.quotedText ? text.replaceAll('""', '"') : text;
  }

  #slice(start: number, end: number): string {
    return Buffer.from(this.#chunk.bytes.subarray(start, end)).toString('latin1');
  }

  #line(lineInChunk: number): number {
    return this.#firstLine + lineInChunk - 1;
  }
}

export interface ReadInChunks {
  readonly cutter: Cutter;
  readonly reader: ChunkReader;
  readonly bytes: Buffer;
  /** A chunk is cut once this many bytes are at hand. */
  readonly chunk_bytes: number;
  readonly rows_per_block: number;
  readonly record_bytes_max: number;
}

/** Cuts and reads a whole file the way a load does, in this thread. Bytes of a record behind its limit are shown as `?`. */
export function readInChunks({ cutter, reader, bytes, chunk_bytes, rows_per_block, record_bytes_max }: ReadInChunks) {
  const sinks: CollectingSink[] = [];
  let line = 1;
  let start = 0;
  while (start < bytes.length) {
    let end = 0;
    let skipped = 0;
    let next = 0;
    for (let size = chunk_bytes; next === 0; size += chunk_bytes) {
      const available = Math.min(bytes.length, start + size);
      const last = available === bytes.length;
      const window = bytes.subarray(start, available);
      const cut = cutter.lastRecordEnd(window, window.length);
      if (last) end = next = bytes.length;
      else if (cut > 0) end = next = start + cut;
      else if (window.length > record_bytes_max + 4) {
        end = start + record_bytes_max;
        const rest = bytes.subarray(end);
        const resumed = cutter.resume(rest, rest.length);
        next = resumed === -1 ? bytes.length : end + resumed;
        const lineEnd = resumed === -1 ? 0 : bytes[next - 2] === 0x0d && bytes[next - 1] === 0x0a ? 2 : 1;
        skipped = next - lineEnd - end;
      }
    }
    const chunk: TextChunk = {
      bytes: bytes.subarray(start, end),
      base_offset: start,
      first: start === 0,
      last: next === bytes.length,
      skipped_bytes: skipped,
    };
    const sink = new CollectingSink(chunk, line, rows_per_block);
    let position = { offset: 0, line: 1 };
    while (position.offset < chunk.bytes.length) {
      position = reader.read(chunk, position, sink);
      sink.emptied();
    }
    sinks.push(sink);
    line += position.line - 1;
    start = next;
  }
  return { records: sinks.flatMap((sink) => sink.records), reasons: sinks.flatMap((sink) => sink.reasons) };
}
