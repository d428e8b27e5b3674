/** What a timestamp's text says, before its zone is applied. One object is filled again and again by the readers of timestamps. */
export class Moment {
  /** Days since 1970-01-01 in the text's own calendar. */
  day = 0;
  second_of_day = 0;
  /** Nanoseconds of the second. */
  nanos = 0;
  /** Digits written for the fraction of a second. */
  fraction_digits = 0;
  /** Seconds east of UTC; NaN when the text does not say. */
  offset = NaN;
}

/** Fills `moment` from `bytes[start, end)`; false when the text is not written that way or names no real time. */
export type MomentReader = (bytes: Uint8Array, start: number, end: number, moment: Moment) => boolean;
