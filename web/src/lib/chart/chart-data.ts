/** A point of a series as the API tells it: exact text, null where there is nothing. */
export interface ChartPoint {
  readonly at: string;
  readonly value: string | null;
}

/** Columns as the plot takes them: seconds since the Unix epoch, and values with holes. */
export interface PlotColumns {
  readonly times: number[];
  readonly values: (number | null)[];
}

/** Puts a hole wherever an interval is missing, so that a line never joins what lies on both sides of it. */
export function plotColumns(points: readonly ChartPoint[], interval_s: number): PlotColumns {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const point of points) {
    const time = Date.parse(point.at) / 1000;
    const last = times.at(-1);
    if (last !== undefined && time - last > interval_s * 1.5) {
      times.push(last + interval_s);
      values.push(null);
    }
    times.push(time);
    values.push(point.value === null ? null : Number(point.value));
  }
  return { times, values };
}

/** Positions whose neighbours are both holes: a line cannot show them, a dot can. */
export function loneValues(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? [index] : [],
  );
}

/** The position of the value nearest to a time; holes are skipped. -1 when there is none. */
export function nearestValue({ times, values }: PlotColumns, time: number): number {
  let best = -1;
  let distance = Infinity;
  times.forEach((candidate, index) => {
    if (values[index] === null || Math.abs(candidate - time) >= distance) return;
    best = index;
    distance = Math.abs(candidate - time);
  });
  return best;
}

/** The next position with a value in a direction, or the same one at the end. */
export function stepValue(values: readonly (number | null)[], from: number, step: 1 | -1): number {
  for (let index = from + step; index >= 0 && index < values.length; index += step) {
    if (values[index] !== null) return index;
  }
  return from;
}
