import { dayNumber } from './calendar.ts';
import { Zone } from './zone.ts';

/** Why a text names no day or instant for sure. */
export type TimeDoubt =
  /** The day is one of two, depending on whose habit it is written by. */
  | { readonly kind: 'ambiguous'; readonly readings: readonly [day_first: string, month_first: string] }
  /** It is written as a date, but the calendar or the clock has none like it. */
  | { readonly kind: 'invalid'; readonly what: 'day' | 'time' }
  /** The clocks of its zone skipped that time or showed it twice. */
  | { readonly kind: 'clock'; readonly zone: string };

const written =
  /^(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?.*)?$/;

/** A time without an offset at its end. */
const local = /^.{10}[T ][\d:]{5,8}(?:[.,]\d+)?$/;

/**
 * Judges a text that is written as a date, with or without a time; undefined for any other text, and for one that leaves no doubt.
 * @param zone of times written without an offset
 */
export function timeDoubt(text: string, zone: string): TimeDoubt | undefined {
  const found = written.exec(text);
  if (found === null) return undefined;
  const [, isoYear, isoMonth, isoDay, one = '', other = '', year = ''] = found;
  const [hour = '0', minute = '0', second = '0'] = found.slice(7);
  if (isoYear !== undefined) {
    if (!exists(isoYear, isoMonth, isoDay)) return { kind: 'invalid', what: 'day' };
  } else {
    const dayFirst = exists(year, other, one);
    const monthFirst = exists(year, one, other);
    if (!dayFirst && !monthFirst) return { kind: 'invalid', what: 'day' };
    if (dayFirst && monthFirst && Number(one) !== Number(other)) {
      return { kind: 'ambiguous', readings: [isoDate(year, other, one), isoDate(year, one, other)] };
    }
  }
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isTime) return { kind: 'invalid', what: 'time' };
  if (isoYear === undefined || !local.test(text)) return undefined;
  const day = dayNumber(Number(isoYear), Number(isoMonth), Number(isoDay));
  const instant = new Zone(zone).instant(day, Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return instant === instant ? undefined : { kind: 'clock', zone };
}

function exists(year = '', month = '', day = ''): boolean {
  const number = dayNumber(Number(year), Number(month), Number(day));
  return number === number;
}

function isoDate(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
