import { parseTimestampPattern, type TimestampDirective } from '@assay/rules';
import { dayNumber, fixedDigits } from './calendar.ts';
import { readFractionDigits, readIsoTimestamp, readOffset } from './iso-timestamp.ts';
import type { TimestampForm } from './iso-timestamp.ts';
import type { Moment, MomentReader } from './moment.ts';

const isoForms: readonly TimestampForm[] = [
  'timestamp_t',
  'timestamp_t_z',
  'timestamp_t_offset',
  'timestamp_t_short_offset',
  'timestamp_space',
  'timestamp_space_z',
  'timestamp_space_offset',
  'timestamp_space_short_offset',
];

/** What the parts of a pattern have collected so far. */
interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  afternoon: boolean | undefined;
}

/** Reads one part of a pattern at `at` and returns where it ends; -1 when it is not there. */
type PartReader = (bytes: Uint8Array, at: number, end: number, parts: Parts, moment: Moment) => number;

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const weekdayNames = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

const directives: Readonly<Record<TimestampDirective, PartReader>> = {
  Y: digitsInto(4, (parts, value) => (parts.year = value)),
  m: digitsInto(2, (parts, value) => (parts.month = value)),
  d: digitsInto(2, (parts, value) => (parts.day = value)),
  H: digitsInto(2, (parts, value) => (parts.hour = value)),
  I: digitsInto(2, (parts, value) => (parts.hour = value >= 1 && value <= 12 ? value % 12 : NaN)),
  M: digitsInto(2, (parts, value) => (parts.minute = value)),
  S: digitsInto(2, (parts, value) => (parts.second = value)),
  e: (bytes, at, end, parts) => {
    const digits = at + 1 < end && fixedDigits(bytes, at, 2) >= 0 ? 2 : 1;
    parts.day = fixedDigits(bytes, at, digits);
    return parts.day >= 0 ? at + digits : -1;
  },
  p: (bytes, at, end, parts) => {
    const text = latin(bytes, at, Math.min(end, at + 2)).toUpperCase();
    if (text !== 'AM' && text !== 'PM') return -1;
    parts.afternoon = text === 'PM';
    return at + 2;
  },
  b: nameInto(
    monthNames.map((name) => name.slice(0, 3)),
    (parts, index) => (parts.month = index + 1),
  ),
  B: nameInto(monthNames, (parts, index) => (parts.month = index + 1)),
  a: nameInto(
    weekdayNames.map((name) => name.slice(0, 3)),
    () => undefined,
  ),
  A: nameInto(weekdayNames, () => undefined),
  f: (bytes, at, end, _parts, moment) => readFractionDigits(bytes, at, end, moment),
  z: (bytes, at, end, _parts, moment) => {
    if (bytes[at] === 0x5a) {
      moment.offset = 0;
      return at + 1;
    }
    const length = bytes[at + 3] === 0x3a ? 6 : 5;
    moment.offset = at + length <= end ? readOffset(bytes, at, at + length) : NaN;
    return moment.offset === moment.offset ? at + length : -1;
  },
};

/**
 * The reader of a declared `timestamp_format`: a pattern of `%` directives as in strptime (`%d/%b/%Y:%H:%M:%S %z`), or one of the ISO forms
 * by name. Epoch formats are numbers and have no reader here.
 * @returns the reader, or one sentence why there is none.
 */
export function timestampReader(format: string): MomentReader | string {
  const form = isoForms.find((name) => name === format);
  if (form !== undefined) return (bytes, start, end, moment) => readIsoTimestamp(bytes, start, end, moment) === form;
  const parts = parseTimestampPattern(format);
  if (typeof parts === 'string') return parts;
  const readers = parts.map((part) => (part.kind === 'literal' ? literal(part.text) : directives[part.letter]));
  return (bytes, start, end, moment) => readPattern(readers, bytes, start, end, moment);
}

function readPattern(
  readers: readonly PartReader[],
  bytes: Uint8Array,
  start: number,
  end: number,
  moment: Moment,
): boolean {
  const parts: Parts = { year: NaN, month: NaN, day: NaN, hour: 0, minute: 0, second: 0, afternoon: undefined };
  moment.nanos = 0;
  moment.fraction_digits = 0;
  moment.offset = NaN;
  let at = start;
  for (const reader of readers) {
    at = at < end ? reader(bytes, at, end, parts, moment) : -1;
    if (at < 0 || at > end) return false;
  }
  if (at !== end) return false;
  const hour = parts.afternoon === true ? parts.hour + 12 : parts.hour;
  moment.day = dayNumber(parts.year, parts.month, parts.day);
  moment.second_of_day = hour * 3600 + parts.minute * 60 + parts.second;
  return moment.day === moment.day && hour < 24 && parts.minute < 60 && parts.second < 60;
}

function literal(text: string): PartReader {
  const expected = Buffer.from(text);
  return (bytes, at, end) => {
    if (at + expected.length > end) return -1;
    for (let offset = 0; offset < expected.length; offset++) if (bytes[at + offset] !== expected[offset]) return -1;
    return at + expected.length;
  };
}

function digitsInto(count: number, store: (parts: Parts, value: number) => void): PartReader {
  return (bytes, at, end, parts) => {
    const value = at + count <= end ? fixedDigits(bytes, at, count) : NaN;
    store(parts, value);
    return value >= 0 ? at + count : -1;
  };
}

function nameInto(names: readonly string[], store: (parts: Parts, index: number) => void): PartReader {
  return (bytes, at, end, parts) => {
    const text = latin(bytes, at, Math.min(end, at + 9)).toLowerCase();
    const index = names.findIndex((name) => text.startsWith(name));
    if (index < 0) return -1;
    store(parts, index);
    return at + (names[index]?.length ?? 0);
  };
}

function latin(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
