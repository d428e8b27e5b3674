import { compareQuantities, quantity, type Quantity } from './quantity.ts';
import { describeExpected, type Limit, type Unit } from './threshold.ts';

/** An end of an interval; null is no end at all. */
export type End = { readonly value: Quantity; readonly closed: boolean } | null;

export interface Interval {
  readonly low: End;
  readonly high: End;
}

/** @returns a sentence when no value, or every value, that can be measured in this unit is wrong by the limit; else undefined. */
export function senselessLimit(limit: Limit, unit: Unit): string | undefined {
  const wrong = wrongValues(limit, unit);
  const domain = domainOf(unit);
  const lies = unit === 'share' ? 'a share lies between 0% and 100%' : 'a count is a whole number from 0 to 2^64';
  if (wrong.length === 0) return `this is never so: ${lies}`;
  if (domain.every((part) => wrong.some((interval) => within(part, interval)))) {
    return `this is always so: ${lies}, and nothing can be ${describeExpected(limit, unit)}`;
  }
  return undefined;
}

/** Whether whatever is wrong by `inner` is wrong by `outer`, too. */
export function covers(outer: Limit, inner: Limit, unit: Unit): boolean {
  const around = wrongValues(outer, unit);
  return wrongValues(inner, unit).every((part) => around.some((interval) => within(part, interval)));
}

/** The values in the unit's domain that breach the limit, as intervals that do not touch. */
function wrongValues(limit: Limit, unit: Unit): Interval[] {
  const inDomain = breaching(limit).flatMap((interval) => domainOf(unit).map((domain) => meet(interval, domain)));
  if (unit !== 'count') return inDomain.filter((interval) => !isEmpty(interval));
  return joined(inDomain.map(wholeNumbers).filter((interval) => !isEmpty(interval)));
}

/** Neighbours such as 0 to 2 and from 3 on are one interval of whole numbers. */
function joined(intervals: readonly Interval[]): Interval[] {
  const [first, second] = intervals;
  if (!first?.high || !second?.low) return [...intervals];
  const next = quantity(first.high.value.numerator + 1n);
  const touch = compareQuantities(second.low.value, next) === 0;
  return touch ? [{ low: first.low, high: second.high }] : [...intervals];
}

/** The values that breach a limit, whether or not its unit has them. */
export function breaching(limit: Limit): Interval[] {
  if (limit.kind === 'between') {
    const low = { value: limit.low.value, closed: true };
    const high = { value: limit.high.value, closed: true };
    return limit.negated ? outside(low, high) : [{ low, high }];
  }
  const { value } = limit.bound;
  const open = { value, closed: false };
  const closed = { value, closed: true };
  switch (limit.operator) {
    case '>':
      return [{ low: open, high: null }];
    case '>=':
      return [{ low: closed, high: null }];
    case '<':
      return [{ low: null, high: open }];
    case '<=':
      return [{ low: null, high: closed }];
    case '=':
      return [{ low: closed, high: closed }];
    case '!=':
      return outside(closed, closed);
  }
}

function outside(low: NonNullable<End>, high: NonNullable<End>): Interval[] {
  return [
    { low: null, high: { value: low.value, closed: !low.closed } },
    { low: { value: high.value, closed: !high.closed }, high: null },
  ];
}

function domainOf(unit: Unit): Interval[] {
  const zero = { value: quantity(0n), closed: true };
  if (unit === 'count') return [{ low: zero, high: { value: quantity(2n ** 64n), closed: true } }];
  if (unit === 'share') return [{ low: zero, high: { value: quantity(1n), closed: true } }];
  return [{ low: null, high: null }];
}

function meet(a: Interval, b: Interval): Interval {
  return {
    low: startsLater(a.low, b.low) ? a.low : b.low,
    high: endsEarlier(a.high, b.high) ? a.high : b.high,
  };
}

function within(inner: Interval, outer: Interval): boolean {
  return !startsLater(outer.low, inner.low) && !endsEarlier(outer.high, inner.high);
}

/** Whether an interval from `a` leaves something out that one from `b` has. */
function startsLater(a: End, b: End): boolean {
  if (a === null) return false;
  if (b === null) return true;
  const order = compareQuantities(a.value, b.value);
  return order > 0 || (order === 0 && !a.closed && b.closed);
}

function endsEarlier(a: End, b: End): boolean {
  if (a === null) return false;
  if (b === null) return true;
  const order = compareQuantities(a.value, b.value);
  return order < 0 || (order === 0 && !a.closed && b.closed);
}

/** The same interval with ends that are whole numbers in it. */
function wholeNumbers({ low, high }: Interval): Interval {
  return { low: low && wholeEnd(low, 1n), high: high && wholeEnd(high, -1n) };
}

function wholeEnd({ value, closed }: NonNullable<End>, inwards: 1n | -1n): NonNullable<End> {
  const { numerator, denominator } = value;
  const cut = numerator / denominator;
  const floor = numerator < 0n && cut * denominator !== numerator ? cut - 1n : cut;
  if (floor * denominator === numerator) return { value: quantity(closed ? floor : floor + inwards), closed: true };
  return { value: quantity(inwards === 1n ? floor + 1n : floor), closed: true };
}

function isEmpty({ low, high }: Interval): boolean {
  if (low === null || high === null) return false;
  const order = compareQuantities(low.value, high.value);
  return order > 0 || (order === 0 && !(low.closed && high.closed));
}
