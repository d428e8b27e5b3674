import { behindLast, carriageReturn, lineFeed, markLength, nextByte, quote, type CsvDialect } from './dialect.ts';
import type { Cutter } from '../define.ts';

/** More bytes are needed to tell. */
export const undecided = -1;

/**
 * Where reading goes on behind the record at `start`, or `undecided`.
 *
 * A record whose quotes make no sense (text behind a closing quote, or no closing quote within the record limit) gives
 * up its first line only. Were it to keep all it has swallowed, one stray quote could take megabytes of good records
 * with it. The lines up to the one where the trouble showed are then read one by one, so the whole stretch is one
 * step here: a chunk never ends inside it.
 */
export function nextRecordStart(bytes: Uint8Array, start: number, end: number, dialect: CsvDialect): number {
  const { delimiter, lineEnd, recordBytesMax } = dialect;
  const stop = Math.min(end, start + recordBytesMax + 2);
  let at = start;
  for (;;) {
    if (at < stop && bytes[at] === quote) {
      at = closingQuote(bytes, at + 1, stop) + 1;
      if (at === 0 || at >= stop) break;
      const byte = bytes[at];
      if (byte === lineEnd)
        return withinLimit(at, start, bytes, dialect)
          ? at + 1
          : behindTrouble(bytes, { start, at: stop, end }, dialect);
      if (byte === carriageReturn && lineEnd === lineFeed) {
        if (at + 1 >= stop) break;
        if (bytes[at + 1] === lineFeed) return at + 2;
      }
      if (byte !== delimiter) return behindTrouble(bytes, { start, at, end }, dialect);
      at++;
    } else {
      while (at < stop && bytes[at] !== delimiter && bytes[at] !== lineEnd) at++;
      if (at >= stop) break;
      if (bytes[at] === lineEnd)
        return withinLimit(at, start, bytes, dialect)
          ? at + 1
          : behindTrouble(bytes, { start, at: stop, end }, dialect);
      at++;
    }
  }
  return stop < start + recordBytesMax + 2 ? undecided : behindTrouble(bytes, { start, at: stop, end }, dialect);
}

export interface Trouble {
  /** Start of the record. */
  readonly start: number;
  /** Where its quotes stopped making sense, or where its limit ends. */
  readonly at: number;
  /** End of the bytes at hand. */
  readonly end: number;
}

/** The start of the line in which the trouble showed; when that is the record's own first line, the next one. */
export function behindTrouble(bytes: Uint8Array, { start, at, end }: Trouble, { lineEnd }: CsvDialect): number {
  const lineStart = behindLast(bytes, lineEnd, start, at);
  if (lineStart > start) return lineStart;
  const next = nextByte(bytes, lineEnd, at, end);
  return next === -1 ? undecided : next + 1;
}

/** Whether the record from `start` with its line end at `at` is short enough, the CR of a line end not counted. */
function withinLimit(at: number, start: number, bytes: Uint8Array, dialect: CsvDialect): boolean {
  const over = at - start - dialect.recordBytesMax;
  return over <= 0 || (over === 1 && dialect.lineEnd === lineFeed && bytes[at - 1] === carriageReturn);
}

/** Position of the quote that closes a field whose text begins at `from`, or -1. */
function closingQuote(bytes: Uint8Array, from: number, stop: number): number {
  for (let at = from; at < stop; at++) {
    if (bytes[at] !== quote) continue;
    if (at + 1 >= stop) return -1;
    if (bytes[at + 1] !== quote) return at;
    at++;
  }
  return -1;
}

/** Cuts CSV at record starts with the reader's own idea of a record; where no quote is, at line ends. */
export class CsvCutter implements Cutter {
  readonly #dialect: CsvDialect;
  #atFileStart = true;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  lastRecordEnd(bytes: Uint8Array, length: number): number {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    const { lineEnd } = this.#dialect;
    let start = this.#atFileStart ? markLength(view) : 0;
    let decided = 0;
    for (;;) {
      // Between two quotes every line is a record.
      const quoteAt = view.indexOf(quote, start);
      const lines = behindLast(view, lineEnd, start, quoteAt === -1 ? length : quoteAt);
      if (lines > start) decided = start = lines;
      if (quoteAt === -1) break;
      const next = nextRecordStart(view, start, length, this.#dialect);
      if (next === undecided) break;
      decided = start = next;
    }
    if (decided > 0) this.#atFileStart = false;
    return decided;
  }

  resume(bytes: Uint8Array, length: number): number {
    this.#atFileStart = false;
    const at = nextByte(bytes, this.#dialect.lineEnd, 0, length);
    return at === -1 ? -1 : at + 1;
  }
}
