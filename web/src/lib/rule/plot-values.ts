import type { Result } from '#lib/api.ts';
import { scaleOf, type ValueScale } from './value-scale.ts';

/** A result in a chart of values: its place in per cent of the width from the left and of the height from the top. */
export interface ValuePoint {
  readonly result: Result;
  readonly value: number;
  readonly left: number;
  readonly top: number;
  /** Where a value stands that would have flattened all others. */
  readonly beyond: 'above' | 'below' | null;
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

/**
 * Places the measured values of a rule side by side, one step per result and not per hour: files come when they come. Windows stand in the
 * order of their time. Where values fail and warn is what the rule said when it judged each of them.
 * @param results newest first, as the API tells them; those without a number are left out, and so are those measured as something else than the newest
 * @returns the newest `most`, oldest first; a scale of counts and shares begins at zero, and leaves out values far off
 */
export function plotValues(results: readonly Result[], most: number): ValuePlot {
  const measured = newestMeasured(results, most);
  const scale = scaleOf(
    measured.map(({ value }) => value),
    measured.flatMap(({ result }) => endsOf(result).map(({ value }) => value)),
    measured.some(({ result }) => result.measure !== 'value'),
  );
  const step = 100 / Math.max(1, measured.length);
  const points = measured.map(({ result, value }, index) => ({
    result,
    value,
    left: (index + 0.5) * step,
    top: scale.place(value),
    beyond: value > scale.high ? ('above' as const) : value < scale.low ? ('below' as const) : null,
  }));
  const bands = measured.flatMap(({ result }, index) =>
    expectedOf(result).flatMap((range) =>
      within(scale, range).map((place) => ({ left: index * step, width: step, ...place })),
    ),
  );
  const zones = measured.flatMap(({ result }, index) =>
    (['warn', 'fail'] as const).flatMap((level) =>
      result.limits[level].flatMap((range) =>
        within(scale, [startOf(range), endOf(range)])
          .filter(({ height }) => height > 0)
          .map((place) => ({ level, left: index * step, width: step, ...place })),
      ),
    ),
  );
  const lines = measured.flatMap(({ result }, index) =>
    endsOf(result)
      .filter(({ value }) => value >= scale.low && value <= scale.high)
      .map((end) => ({ ...end, left: index * step, width: step, top: scale.place(end.value) })),
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

/** What neither fails nor warns, as intervals; none where the rule that judged is not known. */
function expectedOf({ limits: { fail, warn } }: Result): Interval[] {
  if (fail.length + warn.length === 0) return [];
  let expected: Interval[] = [[-Infinity, Infinity]];
  for (const range of [...fail, ...warn]) {
    const [start, end] = [startOf(range), endOf(range)];
    expected = expected.flatMap(([left, right]): Interval[] => [
      ...(start >= left ? [[left, Math.min(right, start)] satisfies Interval] : []),
      ...(end <= right ? [[Math.max(left, end), right] satisfies Interval] : []),
    ]);
  }
  return expected;
}

/** Where an interval is drawn, if at all: one without an end goes on beyond the scale, of any other nobody could see there where it ends. */
function within(scale: ValueScale, [from, to]: Interval): { top: number; height: number }[] {
  if (from > scale.high || to < scale.low) return [];
  const top = to === Infinity ? 0 : scale.place(Math.min(to, scale.high));
  const bottom = from === -Infinity ? 100 : scale.place(Math.max(from, scale.low));
  return [{ top, height: bottom - top }];
}

type Interval = [from: number, to: number];
type Range = Result['limits']['fail'][number];

const startOf = ({ from }: Range): number => (from === null ? -Infinity : Number(from));
const endOf = ({ to }: Range): number => (to === null ? Infinity : Number(to));

/** Where failing and warning begin or end by the limits of a result, failing first. */
export function endsOf({ limits }: Result): Pick<LimitLine, 'level' | 'value' | 'side'>[] {
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
