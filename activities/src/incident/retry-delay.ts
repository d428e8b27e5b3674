const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long after each failed attempt the next one follows: ten attempts over about 84 hours. */
export const retryDelays_ms: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

const longest_ms = 24 * hour;

/**
 * When to try again after an attempt failed, in milliseconds; null when it was the last.
 * @param attempt from 1
 * @param asked_ms what the receiver asked for, honoured up to a day
 * @param spread from 0 to 1; moves the schedule by up to a tenth either way so that receivers are not hit all at once
 */
export function retryDelay(
  attempt: number,
  { delays_ms, asked_ms, spread }: { delays_ms: readonly number[]; asked_ms: number | null; spread: number },
): number | null {
  const planned = delays_ms[attempt - 1];
  if (planned === undefined) return null;
  return Math.max(Math.round(planned * (0.9 + 0.2 * spread)), Math.min(asked_ms ?? 0, longest_ms));
}
