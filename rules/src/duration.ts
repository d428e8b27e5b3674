import { formatQuantity, parseQuantity, quantity, type Quantity } from './quantity.ts';

const units: readonly (readonly [name: RegExp, seconds: bigint, shown: string])[] = [
  [/^(?:s|sec|secs|second|seconds)$/, 1n, 'second'],
  [/^(?:m|min|mins|minute|minutes)$/, 60n, 'minute'],
  [/^(?:h|hour|hours)$/, 3600n, 'hour'],
  [/^(?:d|day|days)$/, 86_400n, 'day'],
  [/^(?:w|week|weeks)$/, 604_800n, 'week'],
];

/** Reads `90 s`, `15 min`, `1.5 hours`, `2 days`. @returns exact seconds, or undefined. */
export function parseDuration(text: string): Quantity | undefined {
  const match = /^([+-]?[\d.]+)\s*([a-z]+)$/.exec(text.trim());
  const amount = parseQuantity(match?.[1] ?? '');
  const unit = units.find(([name]) => name.test(match?.[2] ?? ''));
  if (!amount || !unit) return undefined;
  return quantity(amount.numerator * unit[1], amount.denominator);
}

/** Seconds as people say them: the largest unit that is reached, to one decimal place. */
export function formatDuration(seconds: Quantity): string {
  const negative = seconds.numerator < 0n;
  const magnitude = negative ? -seconds.numerator : seconds.numerator;
  const unit = units.slice(0, 4).findLast(([, size]) => magnitude >= size * seconds.denominator);
  const [, size, shown] = unit ?? [undefined, 1n, 'second'];
  const text = formatQuantity(quantity(magnitude, seconds.denominator * size), 1);
  return `${negative ? '-' : ''}${text} ${shown}${text === '1' ? '' : 's'}`;
}
