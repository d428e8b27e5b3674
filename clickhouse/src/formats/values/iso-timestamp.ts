import type { ValueForm } from '../value-tally.ts';
import { fixedDigits, readDay } from './calendar.ts';
import type { Moment } from './moment.ts';

export type TimestampForm = Extract<ValueForm, `timestamp_${string}`>;

const letterT = 0x54;
const letterZ = 0x5a;
const space = 0x20;
const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const colon = 0x3a;

/**
 * Reads `YYYY-MM-DD`, `T` or a space, `HH:MM:SS`, up to nine digits of a fraction, and nothing, `Z`, `±HH:MM` or `±HHMM`.
 * @returns which of these forms it is; undefined when it is none, or the day or time does not exist (second 60, 2023-02-29).
 */
export function readIsoTimestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  moment: Moment,
): TimestampForm | undefined {
  if (end - start < 19) return undefined;
  const separator = bytes[start + 10];
  if ((separator !== letterT && separator !== space) || bytes[start + 13] !== colon || bytes[start + 16] !== colon)
    return undefined;
  const day = readDay(bytes, start);
  const hour = fixedDigits(bytes, start + 11, 2);
  const minute = fixedDigits(bytes, start + 14, 2);
  const second = fixedDigits(bytes, start + 17, 2);
  if (!(hour < 24 && minute < 60 && second < 60) || day !== day) return undefined;
  moment.day = day;
  moment.second_of_day = hour * 3600 + minute * 60 + second;
  const zone = readFraction(bytes, start + 19, end, moment);
  if (zone < 0) return undefined;

  const spaced = separator === space;
  if (zone === end) {
    moment.offset = NaN;
    return spaced ? 'timestamp_space' : 'timestamp_t';
  }
  if (bytes[zone] === letterZ) {
    if (zone + 1 !== end) return undefined;
    moment.offset = 0;
    return spaced ? 'timestamp_space_z' : 'timestamp_t_z';
  }
  moment.offset = readOffset(bytes, zone, end);
  if (moment.offset !== moment.offset) return undefined;
  const short = end - zone === 5;
  if (spaced) return short ? 'timestamp_space_short_offset' : 'timestamp_space_offset';
  return short ? 'timestamp_t_short_offset' : 'timestamp_t_offset';
}

/** Reads `.` and one to nine digits, if there is a point, and returns where they end; -1 when the point has no digits or too many. */
export function readFraction(bytes: Uint8Array, start: number, end: number, moment: Moment): number {
  moment.nanos = 0;
  moment.fraction_digits = 0;
  if (start >= end || bytes[start] !== point) return start;
  return readFractionDigits(bytes, start + 1, end, moment);
}

/** Reads one to nine digits of a fraction; -1 when there are none or more. */
export function readFractionDigits(bytes: Uint8Array, start: number, end: number, moment: Moment): number {
  let at = start;
  let nanos = 0;
  while (at < end) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    nanos = nanos * 10 + digit;
    at++;
    if (at - start > 9) return -1;
  }
  const digits = at - start;
  if (digits === 0) return -1;
  for (let missing = digits; missing < 9; missing++) nanos *= 10;
  moment.nanos = nanos;
  moment.fraction_digits = digits;
  return at;
}

/** Seconds east of UTC of `±HH:MM` or `±HHMM` filling `[start, end)`; NaN for anything else. */
export function readOffset(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  if (sign !== plus && sign !== minus) return NaN;
  const length = end - start;
  if (length !== 5 && !(length === 6 && bytes[start + 3] === colon)) return NaN;
  const hours = fixedDigits(bytes, start + 1, 2);
  const minutes = fixedDigits(bytes, end - 2, 2);
  if (!(hours < 24 && minutes < 60)) return NaN;
  const offset = hours * 3600 + minutes * 60;
  return sign === plus ? offset : -offset;
}
