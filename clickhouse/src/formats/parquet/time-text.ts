import { firstDay, lastDay } from '../values/calendar.ts';

/** SQL that writes times as text. What no year from 0 to 9999 can show is left the number it is, which no column of times takes for one. */

const days = { first: -719_528, behind: 2_932_897 } as const;
const engineDays = { first: firstDay, behind: lastDay + 1 } as const;
const seconds = { first: -62_167_219_200, behind: 253_402_300_800, day: 86_400 } as const;

/** @param ticks an expression of the milliseconds since 1970-01-01 */
function written(ticks: string): string {
  return `toString(reinterpret(${ticks}, 'DateTime64(3, \\'UTC\\')'))`;
}

interface Bounds {
  readonly first: number | bigint;
  readonly behind: number | bigint;
}

function within(value: string, bounds: Bounds): string {
  return `${value} >= ${bounds.first} AND ${value} < ${bounds.behind}`;
}

/** A DateTime64 of a precision, with a Z when it is an instant. */
export function timestampText(alias: string, precision: number, local_time: boolean): string {
  const time = `toString(toTimeZone(${alias}, 'UTC'))`;
  const text = local_time ? time : `concat(${time}, 'Z')`;
  if (precision === 0 || precision === 9) return text;
  const ticks = ticksOf(alias, precision);
  return `if(${within(ticks, scaled(seconds, precision))}, ${text}, toString(${ticks}))`;
}

/** The time of day of a DateTime64 of 1970-01-01. */
export function timeOfDayText(alias: string, precision: number): string {
  const ticks = ticksOf(alias, precision);
  const day = scaled({ first: 0, behind: seconds.day }, precision);
  return `if(${within(ticks, day)}, substring(toString(toTimeZone(${alias}, 'UTC')), 12), toString(${ticks}))`;
}

/** The day of a number of days since 1970-01-01. */
export function dateText(alias: string): string {
  const text = `substring(${written(`toInt64(${alias}) * 86400000`)}, 1, 10)`;
  const far = `if(${within(alias, days)}, ${text}, toString(${alias}))`;
  // The engine's own days are the quicker ones.
  return `if(${within(alias, engineDays)}, toString(toDate32(${alias})), ${far})`;
}

/** The time of twelve bytes, nanoseconds of a day and its Julian number; as a number, nanoseconds since 1970-01-01. */
export function int96Text(alias: string): string {
  const nanoseconds = `reinterpretAsUInt64(substring(${alias}, 1, 8))`;
  const day = `(toInt64(reinterpretAsUInt32(substring(${alias}, 9, 4))) - 2440588)`;
  const second = `(${day} * 86400 + toInt64(intDiv(${nanoseconds}, 1000000000)))`;
  const fraction = `leftPad(toString(${nanoseconds} % 1000000000), 9, '0')`;
  const text = `concat(substring(${written(`${second} * 1000`)}, 1, 19), '.', ${fraction}, 'Z')`;
  const number = `toString(toInt128(${day}) * 86400000000000 + toInt128(${nanoseconds}))`;
  return `if(${within(second, seconds)}, ${text}, ${number})`;
}

function ticksOf(alias: string, precision: number): string {
  return `reinterpret(toDateTime64(${alias}, ${precision}, 'UTC'), 'Int64')`;
}

function scaled({ first, behind }: Bounds, precision: number): Bounds {
  return { first: BigInt(first) * 10n ** BigInt(precision), behind: BigInt(behind) * 10n ** BigInt(precision) };
}
