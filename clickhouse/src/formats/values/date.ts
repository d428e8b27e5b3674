import { lexeme } from '../lexeme.ts';
import { firstDay, lastDay, readDay } from './calendar.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { WordColumn } from './fixed-width.ts';
import { GrowableBytes } from './growable-bytes.ts';
import { unescapeJson } from './json-string.ts';
import { Moment } from './moment.ts';
import { timestampReader } from './timestamp-format.ts';

/** Reads a day number from `bytes[start, end)`; NaN when that is none. */
type DayReader = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * Calendar days from 1900-01-01 to 2299-12-31. A day that does not exist is a misfit, never the next one.
 * @param format how they are written, undefined for `YYYY-MM-DD`; a text with a time of day other than midnight is a misfit, too
 * @throws RangeError with a sentence when the format is unknown or counts time
 */
export function dateColumn(format: string | undefined): ColumnEncoder {
  return new Dates(format === undefined ? readIsoDay : readerOf(format));
}

function readerOf(format: string): DayReader {
  const read = timestampReader(format);
  if (typeof read === 'string') throw new RangeError(read);
  const moment = new Moment();
  return (bytes, start, end) => {
    const isDay = read(bytes, start, end, moment) && moment.second_of_day === 0 && moment.nanos === 0;
    return isDay ? moment.day : NaN;
  };
}

class Dates extends WordColumn {
  readonly #read: DayReader;
  readonly #scratch = new GrowableBytes();

  constructor(read: DayReader) {
    super(1);
    this.#read = read;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const nulls = this.map.bytes;
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      const start = starts[from + row] ?? 0;
      const end = ends[from + row] ?? 0;
      const day =
        kind === lexeme.string || kind === lexeme.text
          ? this.#read(bytes, start, end)
          : kind === lexeme.escapedString
            ? this.#readEscaped(bytes, start, end)
            : NaN;
      if (day >= firstDay && day <= lastDay) {
        this.words[first + row] = day;
        continue;
      }
      if (kind !== lexeme.absent && kind !== lexeme.null) misfits.add(row);
      nulls[first + row] = 1;
      this.map.nulls++;
    }
  }

  #readEscaped(bytes: Uint8Array, start: number, end: number): number {
    const scratch = this.#scratch;
    scratch.clear();
    unescapeJson(bytes, start, end, scratch);
    return this.#read(scratch.bytes, 0, scratch.length);
  }
}

function readIsoDay(bytes: Uint8Array, start: number, end: number): number {
  return end - start === 10 ? readDay(bytes, start) : NaN;
}
