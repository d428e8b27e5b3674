import type { Result } from '#lib/api.ts';

/** A result in a chart of values: its place in per cent of the width from the left and of the height from the top. */
export interface ValuePoint {
  readonly result: Result;
  readonly value: number;
  readonly left: number;
  readonly top: number;
}

/** A stretch of a chart in which one interval of values is expected; in per cent like points. */
export interface ExpectedBand {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/** What fails or warns, of the same shape. */
export interface WrongZone extends ExpectedBand {
  readonly level: 'fail' | 'warn';
}

/** The end of what fails or warns, from one result to another. */
export interface LimitLine {
  readonly level: 'fail' | 'warn';
  readonly value: number;
  /** Whether values above or below it are wrong. */
  readonly side: 'above' | 'below';
  readonly left: number;
  readonly width: number;
  readonly top: number;
}

export interface ValueScale {
  readonly low: number;
  readonly high: number;
  /** Round values in it, lowest first. */
  readonly ticks: readonly number[];
}

export interface ValuePlot {
  /** Oldest first. */
  readonly points: readonly ValuePoint[];
  readonly bands: readonly ExpectedBand[];
  readonly zones: readonly WrongZone[];
  readonly lines: readonly LimitLine[];
  readonly scale: ValueScale;
}

interface Measured {
  readonly result: Result;
  readonly value: number;
}

/** A limit this many times further away than the values are apart would flatten them to a line. */
const farAway = 10;

/**
 * Places the measured values of a rule side by side, one step per result and not per hour: files come when they come. Windows stand in the
 * order of their time. Where values fail and warn is what the rule said when it judged each of them.
 * @param results newest first, as the API tells them; those without a number are left out, and so are those measured as something else than the newest
 * @returns the newest `most`, oldest first; a scale of counts and shares begins at zero
 */
export function plotValues(results: readonly Result[], most: number): ValuePlot {
  const measured = newestMeasured(results, most);
  const scale = scaleOf(measured);
  const place = (value: number) => (1 - (value - scale.low) / (scale.high - scale.low)) * 100;
  const step = 100 / Math.max(1, measured.length);
  const points = measured.map(({ result, value }, index) => ({
    result,
    value,
    left: (index + 0.5) * step,
    top: place(value),
  }));
  const bands = measured.flatMap(({ result }, index) =>
    expectedIn(result, scale).map(([from, to]) => ({
      left: index * step,
      width: step,
      top: place(to),
      height: place(from) - place(to),
    })),
  );
  const zones = measured.flatMap(({ result }, index) =>
    (['warn', 'fail'] as const).flatMap((level) =>
      result.limits[level].flatMap((range) => {
        const [from, to] = [Math.max(scale.low, startOf(range)), Math.min(scale.high, endOf(range))];
        if (to <= from) return [];
        return [{ level, left: index * step, width: step, top: place(to), height: place(from) - place(to) }];
      }),
    ),
  );
  const lines = measured.flatMap(({ result }, index) =>
    endsOf(result)
      .filter(({ value }) => value >= scale.low && value <= scale.high)
      .map((end) => ({ ...end, left: index * step, width: step, top: place(end.value) })),
  );
  return { points, bands: joined(bands), zones: joined(zones), lines: joined(lines), scale };
}

function newestMeasured(results: readonly Result[], most: number): Measured[] {
  const numbers = results.flatMap((result) => {
    const value = result.value === null || result.value.trim() === '' ? NaN : Number(result.value);
    return Number.isFinite(value) ? [{ result, value }] : [];
  });
  const newest = numbers.toSorted((a, b) => compareText(b.result.window, a.result.window)).slice(0, most);
  const [first] = newest;
  return newest.filter(({ result }) => result.measure === first?.result.measure).toReversed();
}

function scaleOf(measured: readonly Measured[]): ValueScale {
  const values = measured.map(({ value }) => value);
  const fromZero = measured.some(({ result }) => result.measure !== 'value');
  const [least, most] = [Math.min(...values, ...(fromZero ? [0] : [])), Math.max(...values)];
  if (values.length === 0) return { low: 0, high: 1, ticks: [] };
  const reach = (most - least || Math.abs(most) || 1) * farAway;
  const ends = measured
    .flatMap(({ result }) => endsOf(result).map(({ value }) => value))
    .filter((end) => end >= least - reach && end <= most + reach);
  const [low, high] = [Math.min(least, ...ends), Math.max(most, ...ends)];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  const bottom = fromZero && low === 0 ? 0 : low - room;
  return { low: bottom, high: high + room, ticks: ticksOf(bottom, high + room) };
}

/** Two to five round values between two others. */
function ticksOf(low: number, high: number): number[] {
  const raw = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** What neither fails nor warns, as intervals cut to the scale. */
function expectedIn(result: Result, { low, high }: ValueScale): [number, number][] {
  const { fail, warn } = result.limits;
  if (fail.length + warn.length === 0) return [];
  let expected: [number, number][] = [[low, high]];
  for (const range of [...fail, ...warn]) {
    const [start, end] = [startOf(range), endOf(range)];
    expected = expected.flatMap(([left, right]): [number, number][] => [
      ...(start >= left ? [[left, Math.min(right, start)] satisfies [number, number]] : []),
      ...(end <= right ? [[Math.max(left, end), right] satisfies [number, number]] : []),
    ]);
  }
  return expected;
}

type Range = Result['limits']['fail'][number];

const startOf = ({ from }: Range): number => (from === null ? -Infinity : Number(from));
const endOf = ({ to }: Range): number => (to === null ? Infinity : Number(to));

function endsOf({ limits }: Result): Pick<LimitLine, 'level' | 'value' | 'side'>[] {
  return (['fail', 'warn'] as const).flatMap((level) =>
    limits[level].flatMap(({ from, to }) => [
      ...(from === null ? [] : [{ level, value: Number(from), side: 'above' as const }]),
      ...(to === null ? [] : [{ level, value: Number(to), side: 'below' as const }]),
    ]),
  );
}

/** Neighbours that differ only in their place are one. */
function joined<T extends { readonly left: number; readonly width: number }>(parts: readonly T[]): T[] {
  const whole: T[] = [];
  const sameAs = (part: T) => JSON.stringify({ ...part, left: 0, width: 0 });
  for (const part of parts) {
    const place = whole.findIndex(
      (other) => Math.abs(other.left + other.width - part.left) < 1e-9 && sameAs(other) === sameAs(part),
    );
    const before = whole[place];
    if (before === undefined) whole.push(part);
    else whole[place] = { ...before, width: before.width + part.width };
  }
  return whole;
}

/** Windows begin at instants written alike, so that their text sorts as their time. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
