/** Days since 1970-01-01 of a date in the Gregorian calendar; NaN when there is no such day (2023-02-29). */
export function dayNumber(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return NaN;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (((month + 9) % 12) * 153 + 2) / 5;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + Math.floor(dayOfYear) + day - 1;
  return era * 146_097 + dayOfEra - 719_468;
}

/** First and last day the engine's Date32 and DateTime64 hold: 1900-01-01 and 2299-12-31. */
export const firstDay = -25_567;
export const lastDay = 120_529;

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The number made of exactly `count` ASCII digits at `at`; NaN when one of them is none. */
export function fixedDigits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let offset = 0; offset < count; offset++) {
    const digit = (bytes[at + offset] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

const dash = 0x2d;

/** Day number of the ten characters `YYYY-MM-DD`; NaN when they are no such date. */
export function readDay(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== dash || bytes[at + 7] !== dash) return NaN;
  return dayNumber(fixedDigits(bytes, at, 4), fixedDigits(bytes, at + 5, 2), fixedDigits(bytes, at + 8, 2));
}
