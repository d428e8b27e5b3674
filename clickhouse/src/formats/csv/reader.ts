import { isUtf8 } from 'node:buffer';
import { behindTrouble, nextRecordStart, undecided } from './cutter.ts';
import {
  carriageReturn,
  csvDialect,
  lineFeed,
  markLength,
  nextByte,
  quote,
  textEnd,
  type CsvDialect,
} from './dialect.ts';
import { NullTokens } from './null-tokens.ts';
import {
  fieldCountReject,
  invalidUtf8Reject,
  strayQuoteReject,
  tooLongReject,
  unterminatedQuoteReject,
} from './rejects.ts';
import type { ChunkPosition, ChunkReader, CsvLayout, ReadPlan, RowSink, TextChunk } from '../define.ts';
import { firstInvalidUtf8 } from '../invalid-utf8.ts';
import { lexeme } from '../lexeme.ts';

/** The place of a field that is no column of the plan. */
const noColumn = -1;

/** Where a record's text ends, or one of these. */
const senseless = -1;

/**
 * Reads CSV (RFC 4180) record by record, allocating nothing per field.
 *
 * A quote inside an unquoted field is a letter like any other. Where quotes make no sense, see `nextRecordStart`: the
 * record's first line is rejected and the lines it had swallowed are read one by one; there, a line is a row only when
 * it leaves no doubt (the right number of fields, no quote out of place).
 */
export class CsvReader implements ChunkReader {
  readonly #dialect: CsvDialect;
  readonly #header: boolean;
  /** Per field of the file, its column in the plan. */
  readonly #columns: Int32Array;
  readonly #nullTokens: NullTokens | undefined;

  #chunk: TextChunk = { bytes: Buffer.alloc(0), base_offset: 0, first: false, last: false, skipped_bytes: 0 };
  #isUtf8 = true;
  /** Lines that start before this position in the chunk are read one by one. */
  #lineByLineUntil = 0;

  /** What `#scan` found: the position it reached, the fields it passed, the line ends inside quotes. */
  #at = 0;
  #fields = 0;
  #lineEnds = 0;

  constructor(plan: ReadPlan, layout: CsvLayout) {
    this.#dialect = csvDialect(layout, plan.limits);
    this.#header = layout.header;
    this.#nullTokens = layout.null_tokens.length === 0 ? undefined : new NullTokens(layout.null_tokens);
    const places = new Map(plan.columns.map((column, index) => [column.name, index]));
    this.#columns = Int32Array.from(layout.fields, (name) => places.get(name) ?? noColumn);
  }

  read(chunk: TextChunk, from: ChunkPosition, sink: RowSink): ChunkPosition {
    const end = chunk.bytes.length;
    const { recordBytesMax } = this.#dialect;
    let { offset: at, line } = from;
    if (at === 0) {
      this.#startChunk(chunk);
      at = chunk.first ? this.#behindHeader() : 0;
      line += this.#countLineEnds(0, at);
    }

    while (at < end && !sink.full) {
      const blank = this.#blankLine(at);
      if (blank > 0) {
        at += blank;
        line++;
        continue;
      }
      if (at < this.#lineByLineUntil) {
        at = this.#readLine(at, line, sink);
        line++;
        continue;
      }
      const stop = end - at > recordBytesMax + 2 ? at + recordBytesMax + 2 : end;
      const recordEnd = this.#scan(at, stop, end, sink);
      if (
        recordEnd === senseless ||
        recordEnd - at > recordBytesMax ||
        (recordEnd === end && chunk.skipped_bytes > 0)
      ) {
        at = this.#giveUp(at, recordEnd === senseless ? this.#at : stop, line, sink);
        line++;
        continue;
      }
      this.#finish(at, recordEnd, line, sink);
      at = this.#at;
      line += this.#lineEnds + 1;
    }
    return { offset: at, line };
  }

  #startChunk(chunk: TextChunk): void {
    this.#chunk = chunk;
    this.#isUtf8 = isUtf8(chunk.bytes);
    this.#lineByLineUntil = 0;
  }

  /** Where the first record starts. `inspectCsv` has read the header already and refused a file whose header is no record. */
  #behindHeader(): number {
    const { bytes } = this.#chunk;
    let at = markLength(bytes);
    if (!this.#header) return at;
    for (let blank = blankLineLength(bytes, at, this.#dialect); blank > 0;) {
      at += blank;
      blank = blankLineLength(bytes, at, this.#dialect);
    }
    const next = at < bytes.length ? nextRecordStart(bytes, at, bytes.length, this.#dialect) : at;
    return next === undecided ? bytes.length : next;
  }

  #countLineEnds(start: number, end: number): number {
    const { lineEnd } = this.#dialect;
    let count = 0;
    for (let at = start; at < end; at++) if (this.#chunk.bytes[at] === lineEnd) count++;
    return count;
  }

  #blankLine(at: number): number {
    return this.#dialect.blankIsRecord ? 0 : blankLineLength(this.#chunk.bytes, at, this.#dialect);
  }

  /**
   * Hands the fields of the record at `start` to the sink and leaves `#at` behind its line end. Gives the end of its
   * text, or `senseless` with `#at` where that showed: text behind a closing quote, or `stop` reached inside the record.
   */
  #scan(start: number, stop: number, end: number, sink: RowSink): number {
    const { bytes } = this.#chunk;
    const { delimiter, lineEnd } = this.#dialect;
    const columns = this.#columns;
    const nullTokens = this.#nullTokens;
    let field = 0;
    let lineEnds = 0;
    let at = start;
    for (;;) {
      const open = at;
      if (at < stop && bytes[at] === quote) {
        let kind: typeof lexeme.text | typeof lexeme.quotedText = lexeme.text;
        for (at++; at < stop; at++) {
          const byte = bytes[at];
          if (byte === quote) {
            if (at + 1 >= stop || bytes[at + 1] !== quote) break;
            kind = lexeme.quotedText;
            at++;
          } else if (byte === lineEnd) {
            lineEnds++;
          }
        }
        if (at >= stop) {
          this.#at = stop;
          return senseless;
        }
        const column = columns[field];
        if (column !== undefined) {
          if (column === noColumn) sink.extraField(field, kind, open + 1, at);
          else sink.value(column, kind, open + 1, at);
        }
        field++;
        at++;
        const byte = at < end ? bytes[at] : lineEnd;
        if (byte === delimiter) {
          at++;
          continue;
        }
        this.#fields = field;
        this.#lineEnds = lineEnds;
        if (byte === lineEnd) {
          this.#at = at + 1;
          return at;
        }
        if (byte === carriageReturn && lineEnd === lineFeed && bytes[at + 1] === lineFeed) {
          this.#at = at + 2;
          return at;
        }
        this.#at = at;
        return senseless;
      }

      while (at < stop && bytes[at] !== delimiter && bytes[at] !== lineEnd) at++;
      if (at >= stop && stop < end) {
        this.#at = stop;
        return senseless;
      }
      const isLast = at >= stop || bytes[at] !== delimiter;
      const close = isLast && at < stop ? textEnd(bytes, open, at) : at;
      const column = columns[field];
      if (column !== undefined) {
        const isNull = close === open || nullTokens?.has(bytes, open, close) === true;
        const kind = isNull ? lexeme.null : lexeme.text;
        if (column === noColumn) sink.extraField(field, kind, open, close);
        else sink.value(column, kind, open, close);
      }
      field++;
      at++;
      if (isLast) {
        this.#fields = field;
        this.#lineEnds = lineEnds;
        this.#at = at > end ? end : at;
        return close;
      }
    }
  }

  /** Ends the record the sink holds the fields of. */
  #finish(start: number, end: number, line: number, sink: RowSink): void {
    const { bytes, base_offset } = this.#chunk;
    if (!this.#isUtf8) {
      const wrong = firstInvalidUtf8(bytes, start, end);
      if (wrong !== -1) {
        sink.reject(invalidUtf8Reject({ line, start, end }, bytes[wrong] ?? 0, base_offset + wrong));
        return;
      }
    }
    if (this.#fields === this.#columns.length) sink.endRow(line, start);
    else sink.reject(fieldCountReject({ line, start, end }, this.#fields, this.#columns.length));
  }

  /** Rejects the first line of a record that makes no sense from `at` on, and gives the start of the next line. */
  #giveUp(start: number, at: number, line: number, sink: RowSink): number {
    const { bytes, base_offset, skipped_bytes } = this.#chunk;
    const { lineEnd, recordBytesMax } = this.#dialect;
    const end = bytes.length;
    const lineEndAt = nextByte(bytes, lineEnd, start, end);
    const record = { line, start, end: lineEndAt === -1 ? end : textEnd(bytes, start, lineEndAt) };
    const skipped = lineEndAt === -1 ? skipped_bytes : 0;
    if (skipped > 0 || record.end - start > recordBytesMax) {
      sink.reject(tooLongReject(record, record.end - start + skipped, recordBytesMax));
    } else if (at < record.end) {
      sink.reject(strayQuoteReject(record, base_offset + at - 1));
    } else {
      sink.reject(unterminatedQuoteReject(record));
    }
    const until = behindTrouble(bytes, { start, at, end }, this.#dialect);
    this.#lineByLineUntil = until === undecided ? end : until;
    return lineEndAt === -1 ? end : lineEndAt + 1;
  }

  /** Reads one line that a senseless record had swallowed, and gives the start of the next. */
  #readLine(start: number, line: number, sink: RowSink): number {
    const { bytes, base_offset } = this.#chunk;
    const lineEndAt = nextByte(bytes, this.#dialect.lineEnd, start, bytes.length);
    const end = lineEndAt === -1 ? bytes.length : textEnd(bytes, start, lineEndAt);
    const recordEnd = this.#scan(start, end, end, sink);
    const record = { line, start, end };
    if (recordEnd === senseless) {
      sink.reject(
        this.#at < end ? strayQuoteReject(record, base_offset + this.#at - 1) : unterminatedQuoteReject(record),
      );
    } else {
      const stray = literalQuote(bytes, start, end, this.#dialect);
      if (stray === -1) this.#finish(start, end, line, sink);
      else sink.reject(strayQuoteReject(record, base_offset + stray));
    }
    return lineEndAt === -1 ? bytes.length : lineEndAt + 1;
  }
}

/** Length of the empty line at `at` with its line end, or 0 when there is something in it. */
function blankLineLength(bytes: Uint8Array, at: number, { lineEnd }: CsvDialect): number {
  if (bytes[at] === lineEnd) return 1;
  return lineEnd === lineFeed && bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 0;
}

/** Position of a quote inside an unquoted field of a record whose quotes are otherwise in order, or -1. */
function literalQuote(bytes: Uint8Array, start: number, end: number, { delimiter }: CsvDialect): number {
  let quoted = false;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== quote) continue;
    if (quoted) quoted = false;
    else if (at === start || bytes[at - 1] === delimiter || bytes[at - 1] === quote) quoted = true;
    else return at;
  }
  return -1;
}
