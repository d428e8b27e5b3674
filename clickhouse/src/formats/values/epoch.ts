import { shortInteger, isStrictInteger } from './digits.ts';
import type { Moment } from './moment.ts';

const daySeconds = 86_400;

/** Reads whole numbers that count seconds, or thousandths, millionths, billionths of one, since 1970-01-01 UTC. */
export class EpochReader {
  readonly #digits: number;

  constructor(digits: number) {
    this.#digits = digits;
  }

  readonly read = (bytes: Uint8Array, start: number, end: number, moment: Moment): boolean => {
    if (!isStrictInteger(bytes, start, end) || end - start > 20) return false;
    const negative = bytes[start] === 0x2d;
    const first = negative ? start + 1 : start;
    const split = Math.max(first, end - this.#digits);
    let seconds = first === split ? 0 : shortInteger(bytes, first, split);
    let fraction = 0;
    for (let at = split; at < end; at++) fraction = fraction * 10 + (bytes[at] ?? 0) - 0x30;
    for (let digits = this.#digits; digits < 9; digits++) fraction *= 10;
    if (negative) {
      seconds = fraction === 0 ? -seconds : -seconds - 1;
      if (fraction !== 0) fraction = 1_000_000_000 - fraction;
    }
    moment.day = Math.floor(seconds / daySeconds);
    moment.second_of_day = seconds - moment.day * daySeconds;
    moment.nanos = fraction;
    moment.fraction_digits = this.#digits;
    moment.offset = 0;
    return seconds === seconds;
  };
}
