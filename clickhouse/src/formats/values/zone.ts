const daySeconds = 86_400;

/** Turns clock times of one IANA zone into instants. */
export class Zone {
  readonly #clock: Intl.DateTimeFormat;
  /** Offset by local day where it is the same all day and around it; NaN where it changes. */
  readonly #offsets = new Map<number, number>();
  #lastDay = NaN;
  #lastOffset = 0;

  /** @throws RangeError when there is no zone of that name. */
  constructor(name: string) {
    this.#clock = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /**
   * Seconds since 1970 UTC of a local day and second of that day; NaN when the clock skipped that time or showed it twice, so that the
   * text alone does not say which instant is meant.
   */
  instant(day: number, secondOfDay: number): number {
    const local = day * daySeconds + secondOfDay;
    if (day !== this.#lastDay) {
      this.#lastDay = day;
      this.#lastOffset = this.#dayOffset(day);
    }
    return this.#lastOffset === this.#lastOffset ? local - this.#lastOffset : this.#search(local);
  }

  #dayOffset(day: number): number {
    const known = this.#offsets.get(day);
    if (known !== undefined) return known;
    const noon = day * daySeconds;
    const offset = this.#offsetAt(noon);
    const steady = [-1, 1, 2].every((days) => this.#offsetAt(noon + days * daySeconds) === offset);
    const result = steady ? offset : NaN;
    this.#offsets.set(day, result);
    return result;
  }

  #search(local: number): number {
    const offsets = new Set([-1, 0, 1].map((days) => this.#offsetAt(local + days * daySeconds)));
    const instants = [...offsets]
      .map((offset) => local - offset)
      .filter((instant) => local - this.#offsetAt(instant) === instant);
    const [only] = instants;
    return instants.length === 1 && only !== undefined ? only : NaN;
  }

  #offsetAt(instant: number): number {
    const fields = new Map(this.#clock.formatToParts(instant * 1000).map(({ type, value }) => [type, value]));
    const field = (name: Intl.DateTimeFormatPartTypes): number => Number(fields.get(name));
    const local = new Date(0);
    // The year before 1 is 1 BC; and years below 100 are none of the last century, as `Date.UTC` would have them.
    const year = fields.get('era') === 'BC' ? 1 - field('year') : field('year');
    local.setUTCFullYear(year, field('month') - 1, field('day'));
    local.setUTCHours(field('hour'), field('minute'), field('second'));
    return local.getTime() / 1000 - instant;
  }
}

/** Whether the name is an IANA time zone this machine knows. */
export function isZone(name: string): boolean {
  try {
    new Zone(name);
    return true;
  } catch {
    return false;
  }
}
