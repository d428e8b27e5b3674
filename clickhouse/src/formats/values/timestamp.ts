import { epochFormats } from '@assay/rules';
import { lexeme } from '../lexeme.ts';
import { firstDay, lastDay } from './calendar.ts';
import { powersOfTen } from './digits.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { EpochReader } from './epoch.ts';
import { WordColumn } from './fixed-width.ts';
import { GrowableBytes } from './growable-bytes.ts';
import { readIsoTimestamp } from './iso-timestamp.ts';
import { unescapeJson } from './json-string.ts';
import { Moment } from './moment.ts';
import type { MomentReader } from './moment.ts';
import { timestampReader } from './timestamp-format.ts';
import { Zone } from './zone.ts';

const daySeconds = 86_400;
const wordSize = 0x1_0000_0000;

export interface TimestampOptions {
  /** Digits of a second the column keeps, 0 to 9. A value with more (other than zeros) is a misfit, not rounded. */
  readonly precision: number;
  /** How the values are written; undefined for any ISO 8601 form. */
  readonly format: string | undefined;
  /** Zone of values written without an offset. A clock time the zone skipped or showed twice is a misfit. */
  readonly zone: string;
}

/**
 * Instants, stored as ticks since 1970 UTC, from 1900 to 2299 (to 2262-04-11 with nine digits).
 * @throws RangeError with a sentence when format or zone is unknown.
 */
export function timestampColumn(options: TimestampOptions): ColumnEncoder {
  const digits =
    options.format !== undefined && Object.hasOwn(epochFormats, options.format)
      ? epochFormats[options.format]
      : undefined;
  if (digits !== undefined) return new Timestamps(options.precision, new EpochReader(digits).read, undefined, true);
  const reader = options.format === undefined ? readIso : timestampReader(options.format);
  if (typeof reader === 'string') throw new RangeError(reader);
  return new Timestamps(options.precision, reader, options.zone === 'UTC' ? undefined : new Zone(options.zone), false);
}

function readIso(bytes: Uint8Array, start: number, end: number, moment: Moment): boolean {
  return readIsoTimestamp(bytes, start, end, moment) !== undefined;
}

class Timestamps extends WordColumn {
  readonly #read: MomentReader;
  readonly #zone: Zone | undefined;
  readonly #numeric: boolean;
  readonly #precision: number;
  readonly #firstSecond = firstDay * daySeconds;
  readonly #lastSecond: number;
  readonly #moment = new Moment();
  readonly #scratch = new GrowableBytes();

  constructor(precision: number, read: MomentReader, zone: Zone | undefined, numeric: boolean) {
    super(2);
    this.#precision = precision;
    this.#read = read;
    this.#zone = zone;
    this.#numeric = numeric;
    this.#lastSecond = precision === 9 ? 9_223_372_035 : (lastDay + 1) * daySeconds - 1;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const nulls = this.map.bytes;
    for (let row = 0; row < rows; row++) {
      const slot = from + row;
      const kind = kinds[slot];
      if (kind === lexeme.text || kind === (this.#numeric ? lexeme.number : lexeme.string)) {
        if (this.#read(bytes, starts[slot] ?? 0, ends[slot] ?? 0, this.#moment) && this.#store(2 * (first + row)))
          continue;
      } else if (kind === lexeme.escapedString && !this.#numeric) {
        const scratch = this.#scratch;
        scratch.clear();
        unescapeJson(bytes, starts[slot] ?? 0, ends[slot] ?? 0, scratch);
        if (this.#read(scratch.bytes, 0, scratch.length, this.#moment) && this.#store(2 * (first + row))) continue;
      }
      if (kind !== lexeme.absent && kind !== lexeme.null) misfits.add(row);
      nulls[first + row] = 1;
      this.map.nulls++;
    }
  }

  /** Writes the moment as ticks; false when the column cannot hold it exactly or the zone does not decide. */
  #store(at: number): boolean {
    const moment = this.#moment;
    const seconds = this.#instant(moment);
    if (!(seconds >= this.#firstSecond && seconds <= this.#lastSecond)) return false;
    const ticksPerSecond = powersOfTen[this.#precision] ?? 1;
    const ticks = moment.nanos / (powersOfTen[9 - this.#precision] ?? 1);
    if (!Number.isInteger(ticks)) return false;
    // seconds × 10^precision can pass 2^53: multiplied in halves of 16 bits, every part is exact.
    const high = Math.floor(seconds / 65_536);
    const low = seconds - high * 65_536;
    const highTicks = high * ticksPerSecond;
    const quotient = Math.floor(highTicks / 65_536);
    const rest = (highTicks - quotient * 65_536) * 65_536 + low * ticksPerSecond + ticks;
    this.words[at] = rest;
    this.words[at + 1] = quotient + Math.floor(rest / wordSize);
    return true;
  }

  #instant(moment: Moment): number {
    if (moment.offset === moment.offset) return moment.day * daySeconds + moment.second_of_day - moment.offset;
    if (this.#zone === undefined) return moment.day * daySeconds + moment.second_of_day;
    return this.#zone.instant(moment.day, moment.second_of_day);
  }
}
