/** A value in a chart of values, and how far up it stands. */
export interface ScaleTick {
  readonly value: number;
  /** In per cent of the height from the top. */
  readonly top: number;
}

/** Which values a chart has room for, and where they stand in it. */
export interface ValueScale {
  readonly low: number;
  readonly high: number;
  /** Round values in it, lowest first. */
  readonly ticks: readonly ScaleTick[];
  /** Where the scale begins and ends, in per cent of the height from the top; beyond it stand the values that have no place in it. */
  readonly top: number;
  readonly bottom: number;
  /** In per cent of the height from the top; a value beyond the scale stands in the middle of its margin. */
  readonly place: (value: number) => number;
}

interface Extent {
  readonly low: number;
  readonly high: number;
}

/** A limit this many times further away than the values are apart would flatten them to a line. */
const farLimit = 10;

/** A value this many times further away than the others and their limits are apart would flatten them. */
const farValue = 4;

/** What may stand beyond the scale; more than that is no exception. */
const exceptions_most = 1 / 4;

/** What is smaller cannot be divided exactly, and is drawn as nothing. */
const smallest = 1e-300;

/** In per cent of the height, where any value stands beyond that end of the scale. */
const margin = 20;

/**
 * A scale in which what is expected stays readable: a few values far off stand beyond it instead of stretching it.
 * @param limits where failing or warning begins; those far off are beyond the scale
 * @param fromZero whether it begins at zero, as for counts and shares
 */
export function scaleOf(values: readonly number[], limits: readonly number[], fromZero: boolean): ValueScale {
  const { low: least, high: most } = readableExtent(values, limits, fromZero);
  const span = most - least || Math.abs(most);
  const room = (span > smallest ? span : 1) * 0.12;
  const low = fromZero && least === 0 ? 0 : least - room;
  const high = most + room;
  const top = values.some((value) => value > high) ? margin : 0;
  const bottom = 100 - (values.some((value) => value < low) ? margin : 0);
  const place = (value: number) => {
    if (value > high) return top / 2;
    if (value < low) return (bottom + 100) / 2;
    return bottom - ((value - low) / (high - low)) * (bottom - top);
  };
  return { low, high, top, bottom, place, ticks: ticksOf(low, high).map((value) => ({ value, top: place(value) })) };
}

/** Leaves out as many exceptions as there are: two that stand together far off are two, not one that hides the other. */
function readableExtent(values: readonly number[], limits: readonly number[], fromZero: boolean): Extent {
  if (values.length === 0) return { low: 0, high: 1 };
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const nearestFirst = values.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  const most = values.length < 3 ? 0 : Math.max(1, Math.floor(values.length * exceptions_most));
  for (let count = most; count > 0; count -= 1) {
    const rest = extentOf(nearestFirst.slice(0, -count), limits, fromZero);
    const reach = (rest.high - rest.low) * farValue;
    const isFar = (value: number) => value < rest.low - reach || value > rest.high + reach;
    if (reach > 0 && nearestFirst.slice(-count).every(isFar)) return rest;
  }
  return extentOf(values, limits, fromZero);
}

/** From the least to the most of the values and the limits near them. */
function extentOf(values: readonly number[], limits: readonly number[], fromZero: boolean): Extent {
  const [least, most] = [Math.min(...values, ...(fromZero ? [0] : [])), Math.max(...values)];
  const reach = (most - least || Math.abs(most) || 1) * farLimit;
  const near = limits.filter((limit) => limit >= least - reach && limit <= most + reach);
  return { low: Math.min(least, ...near), high: Math.max(most, ...near) };
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
