import type { Result } from '#lib/api.ts';

/** A result in a chart of values: its place in per cent of the width from the left and of the height from the top. */
export interface ValuePoint {
  readonly result: Result;
  readonly value: number;
  readonly left: number;
  readonly top: number;
}

/**
 * Places the measured values of a rule side by side, one step per result and not per hour: files come when they come. Windows stand in the
 * order of their time.
 * @param results newest first, as the API tells them; those without a number are left out
 * @returns the newest `most`, oldest first, with the ends of their scale; a scale of counts and shares begins at zero
 */
export function valuePoints(
  results: readonly Result[],
  most: number,
): { readonly points: readonly ValuePoint[]; readonly low: number; readonly high: number } {
  const measured = results
    .flatMap((result) => {
      const value = result.value === null || result.value.trim() === '' ? NaN : Number(result.value);
      return Number.isFinite(value) ? [{ result, value }] : [];
    })
    .toSorted((a, b) => compareText(b.result.window, a.result.window))
    .slice(0, most)
    .toReversed();
  const values = measured.map(({ value }) => value);
  const fromZero = measured.some(({ result }) => result.measure !== 'value');
  const low = Math.min(...values, ...(fromZero ? [0] : []));
  const high = Math.max(...values);
  const spread = high - low;
  const points = measured.map(({ result, value }, index) => ({
    result,
    value,
    left: ((index + 0.5) / measured.length) * 100,
    top: spread === 0 ? 50 : (1 - (value - low) / spread) * 100,
  }));
  return { points, low, high };
}

/** Windows begin at instants written alike, so that their text sorts as their time. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
