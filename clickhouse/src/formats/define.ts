import type { ColumnType } from '@assay/rules';
import type { LexemeKind } from './lexeme.ts';
import type { ValueTally } from './value-tally.ts';

/** Bounds for one file of a source; past one, the record is rejected or the file refused with the bound's name. */
export interface ReadLimits {
  readonly record_bytes_max: number;
  readonly depth_max: number;
  readonly columns_max: number;
}

/** The bounds of a source that declares none. */
export const defaultReadLimits: ReadLimits = { record_bytes_max: 10 * 1024 * 1024, depth_max: 100, columns_max: 1000 };

/** What `inspect` found out about one file of a text format: everything a reader needs besides the columns. Plain data, it travels to threads. */
export type TextLayout = JsonlLayout | CsvLayout | ParquetLayout;

export interface JsonlLayout {
  readonly format: 'jsonl';
}

export interface CsvLayout {
  readonly format: 'csv';
  readonly delimiter: string;
  /** LF ends a line (a CR before it belongs to the line end); CR does only in a file without any LF at its start. */
  readonly line_end: 'lf' | 'cr';
  /** Names of the file's fields in their order: the header as read (duplicates and empty names already resolved), or `column_1`, … */
  readonly fields: readonly string[];
  /** Whether the first record is the header and therefore no row. */
  readonly header: boolean;
  /** Unquoted field texts that mean NULL; the empty unquoted field always does. */
  readonly null_tokens: readonly string[];
}

/** Rows of a Parquet file as texts, as `ParquetFile.rows` gives them. */
export interface ParquetLayout {
  readonly format: 'parquet';
  readonly fields: readonly string[];
  /** Per field, how its values are written. */
  readonly kinds: readonly ParquetValueKind[];
}

/** `text` as field text of a CSV file, the others as in JSON; a `float` may be `nan`, `inf` or `-inf`. */
export type ParquetValueKind = 'number' | 'float' | 'bool' | 'text' | 'nested';

export interface PlannedColumn {
  /** The real name, any text at all. */
  readonly name: string;
  /**
   * The column's physical name is `c_<number>`, wherever it stands in the plan. A physical column never changes its type: a column that is
   * widened or declared anew gets the next free number, so numbers have gaps. `_assay_absent` and `_assay_type_errors` use the number, too.
   */
  readonly number: number;
  readonly type: ColumnType;
  /** Whether the type is only a guess that this reading tries: then no value may change its look, and misfits widen it. */
  readonly inferred?: boolean;
  /** How timestamps are written: see `timestamp-format.ts`; without it, ISO 8601. */
  readonly timestamp_format?: string;
  /** IANA zone of timestamps written without an offset; without it the type's own zone, else UTC. */
  readonly zone?: string;
}

export interface ReadPlan {
  readonly layout: TextLayout;
  readonly columns: readonly PlannedColumn[];
  readonly limits: ReadLimits;
  /** `inferred`: some types are guesses, so misfits and undeclared fields are studied, and the plan may be widened and the file read again. */
  readonly mode: 'declared' | 'inferred';
  readonly tenant: string;
  /** UInt64 ids as decimal text. */
  readonly source_id: string;
  readonly load_id: string;
  /** Seconds since 1970, UTC. */
  readonly received_at: number;
}

/** A stretch of the decompressed file that starts at a record start. */
export interface TextChunk {
  readonly bytes: Uint8Array;
  /** Offset of `bytes[0]` in the decompressed file. */
  readonly base_offset: number;
  /** Whether this is the start of the file: byte-order mark and header are here or nowhere. */
  readonly first: boolean;
  /** Whether the file ends with this chunk. */
  readonly last: boolean;
  /** Bytes of the last record that were dropped behind `bytes` because it is longer than the limit (its line end not counted). */
  readonly skipped_bytes: number;
}

/** Where a reader is inside its chunk: a record start and the 1-based number of its line, counted from the chunk's start. */
export interface ChunkPosition {
  readonly offset: number;
  readonly line: number;
}

/** A text format: one file per format exports one of these, and nothing else asks which format it is. */
export interface TextFormat<Layout extends TextLayout = TextLayout> {
  readonly name: Layout['format'];
  /** Finds where chunks may end. Asked in the reading process, once per file. */
  cutter(layout: Layout, limits: ReadLimits): Cutter;
  /** Reads chunks in a thread; one reader serves many chunks, one after the other. */
  reader(plan: ReadPlan, layout: Layout): ChunkReader;
}

export interface Cutter {
  /** The end of the last whole record in `bytes[0, length)`, which begin at a record start; 0 when not even one record ends there. */
  lastRecordEnd(bytes: Uint8Array, length: number): number;
  /**
   * In bytes that follow a record cut at the length limit: the position just behind the line end where reading starts again,
   * or -1 when these bytes have none.
   */
  resume(bytes: Uint8Array, length: number): number;
}

export interface ChunkReader {
  /** Feeds whole records to the sink from `from` until the chunk ends or `sink.full`, and says where it stopped (the chunk's end: `bytes.length`). */
  read(chunk: TextChunk, from: ChunkPosition, sink: RowSink): ChunkPosition;
}

/**
 * Takes the lexemes of one record after the other; checks values against their types, keeps misfits and undeclared fields, and encodes
 * blocks. All ranges are positions in the chunk's bytes, which must stay untouched until `read` returns.
 */
export interface RowSink {
  /** True when enough is encoded for one block: the reader stops at the next record start. */
  readonly full: boolean;
  /** A field of the current row. Returns false, and changes nothing, when the row has that column already. */
  value(column: number, kind: LexemeKind, start: number, end: number): boolean;
  /**
   * A field of the current row that is no column of the plan. Its name is the number `extraName` gave. Returns false, and changes nothing,
   * when the row has that field already.
   */
  extra(name: number, kind: LexemeKind, start: number, end: number): boolean;
  /** The number of an undeclared field's name, given as decoded UTF-8; valid for the rest of the current row. */
  extraName(bytes: Uint8Array, start: number, end: number): number;
  /** A field of the current row that is no column of the plan, its name being `ReadPlan.layout.fields[field]`. */
  extraField(field: number, kind: LexemeKind, start: number, end: number): void;
  /** The current row is complete. `line` counts from the chunk's start; `offset` is in the chunk. */
  endRow(line: number, offset: number): void;
  /** The current record is no row: forgets its fields and keeps the reason. `start` and `end` hold the raw record without its line end. */
  reject(reject: Rejection): void;
}

export interface Rejection {
  readonly reason_code: RejectCode;
  /** One sentence for people. */
  readonly reason: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** True length when the record goes on behind `end`. */
  readonly raw_bytes?: number;
}

export type RejectCode =
  | 'not_json'
  | 'not_an_object'
  | 'trailing_text'
  | 'duplicate_key'
  | 'lone_surrogate'
  | 'invalid_utf8'
  | 'control_character'
  | 'too_deep'
  | 'too_long'
  | 'truncated'
  | 'field_count'
  | 'stray_quote'
  | 'unterminated_quote';

/** What one chunk of a file became. Blocks are Native bodies for `INSERT … FORMAT Native`, several in a row being one body. */
export interface ChunkRead {
  readonly chunk_no: number;
  /** UInt64 as decimal text, as written into the blocks. */
  readonly chunk_id: string;
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
  /** Lines of the file this chunk covers. */
  readonly lines: number;
  /** Bytes of the (decompressed) file this chunk covers. */
  readonly bytes: number;
  readonly row_blocks: readonly Uint8Array[];
  readonly reject_blocks: readonly Uint8Array[];
  readonly columns: readonly ColumnObservation[];
  /** Undeclared fields by name, at most `extra_names_max` of them. */
  readonly extras: readonly ExtraObservation[];
  /** Undeclared fields whose names were past that number: how many values. */
  readonly extras_unlisted: number;
  /** Gives the memory of the blocks back, for the next chunks; nobody may use the blocks after it. */
  release(): void;
}

/** Names of undeclared fields that are counted one by one. */
export const extra_names_max = 10_000;

/** Counts for one column of the plan in one chunk. */
export interface ColumnObservation {
  /** Explicit nulls. */
  readonly nulls: number;
  /** Rows without the field. */
  readonly absent: number;
  readonly type_errors: number;
  /** The first few values that did not fit. */
  readonly odd: readonly OddValue[];
  /** What the misfits looked like; only in `inferred` mode. */
  readonly misfits: ValueTally | null;
}

export interface OddValue {
  readonly line: number;
  readonly raw: string;
}

export interface ExtraObservation {
  readonly name: string;
  readonly values: number;
  readonly nulls: number;
  /** What the values looked like; only in `inferred` mode. */
  readonly tally: ValueTally | null;
}
