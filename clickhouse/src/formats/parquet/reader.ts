import type {
  ChunkPosition,
  ChunkReader,
  ParquetLayout,
  ParquetValueKind,
  PlannedColumn,
  ReadPlan,
  RowSink,
  TextChunk,
} from '../define.ts';
import { lexeme, type LexemeKind } from '../lexeme.ts';

const noColumn = -1;
const letterT = 0x74;
const letterN = 0x6e;
const letterI = 0x69;

/** Reads rows of texts (see `ParquetCutter`) and hands them to the sink; each row counts as one line. */
export class ParquetReader implements ChunkReader {
  /** Per field, its column in the plan, and the lexeme its values are. */
  readonly #columns: Int32Array;
  readonly #lexemes: readonly LexemeKind[];
  readonly #recordBytesMax: number;

  constructor(plan: ReadPlan, layout: ParquetLayout) {
    const places = new Map(plan.columns.map((column, index) => [column.name, index]));
    this.#columns = Int32Array.from(layout.fields, (name) => places.get(name) ?? noColumn);
    this.#lexemes = layout.fields.map((name, field) =>
      lexemeOf(layout.kinds[field] ?? 'text', plan.columns[places.get(name) ?? noColumn]),
    );
    this.#recordBytesMax = plan.limits.record_bytes_max;
  }

  read(chunk: TextChunk, from: ChunkPosition, sink: RowSink): ChunkPosition {
    const end = chunk.bytes.length;
    let { offset, line } = from;
    for (; offset < end && !sink.full; line++) {
      const behind = this.#readRow(chunk.bytes, offset, end, sink);
      if (behind > end || behind - offset > this.#recordBytesMax) {
        sink.reject(this.#tooLong(offset, line, Math.min(behind, end) - offset + chunk.skipped_bytes));
      } else {
        sink.endRow(line, 0);
      }
      offset = Math.min(behind, end);
    }
    return { offset, line };
  }

  /** The position behind the row; past `end` when it is cut. */
  #readRow(bytes: Uint8Array, start: number, end: number, sink: RowSink): number {
    const columns = this.#columns;
    const fields = columns.length;
    let at = start;
    for (let field = 0; field < fields; field++) {
      if (at >= end) return end + 1;
      const column = columns[field] ?? noColumn;
      if (bytes[at++] === 1) {
        if (column === noColumn) sink.extraField(field, lexeme.null, at, at);
        else sink.value(column, lexeme.null, at, at);
        continue;
      }
      let size = 0;
      let scale = 1;
      let byte = 0;
      do {
        byte = bytes[at++] ?? 0;
        size += (byte & 0x7f) * scale;
        scale *= 128;
      } while (byte >= 0x80 && at < end);
      if (at + size > end) return end + 1;
      const kind = this.#lexemes[field] ?? lexeme.text;
      if (column !== noColumn) sink.value(column, kind === lexeme.true ? boolOf(bytes, at) : kind, at, at + size);
      else sink.extraField(field, jsonKind(kind, bytes, at), at, at + size);
      at += size;
    }
    return at;
  }

  #tooLong(start: number, line: number, raw_bytes: number) {
    return {
      reason_code: 'too_long',
      reason: `The row has ${raw_bytes} bytes or more as text; the limit record_bytes_max of this source is ${this.#recordBytesMax}.`,
      line,
      start,
      end: start,
      raw_bytes,
    } as const;
  }
}

/** A float is one only for a column of floats; a Decimal takes it by its digits. */
function lexemeOf(kind: ParquetValueKind, column: PlannedColumn | undefined): LexemeKind {
  switch (kind) {
    case 'number':
      return lexeme.number;
    case 'float':
      if (column?.type.kind === 'float') return lexeme.float;
      return column?.type.kind === 'json' ? lexeme.text : lexeme.number;
    case 'bool':
      return lexeme.true;
    case 'text':
      return lexeme.text;
    case 'nested':
      return lexeme.nested;
  }
}

function boolOf(bytes: Uint8Array, at: number): LexemeKind {
  return bytes[at] === letterT ? lexeme.true : lexeme.false;
}

/** Undeclared fields are kept as JSON, which has no word for `nan`, `inf` and `-inf`. */
function jsonKind(kind: LexemeKind, bytes: Uint8Array, at: number): LexemeKind {
  if (kind === lexeme.true) return boolOf(bytes, at);
  if (kind !== lexeme.number) return kind;
  const isWord =
    bytes[at] === letterN || bytes[at] === letterI || bytes[at + 1] === letterN || bytes[at + 1] === letterI;
  return isWord ? lexeme.text : kind;
}
