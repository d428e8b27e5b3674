import type { Rule } from './kinds/registry.gen.ts';
import { breaching, type End } from './limit-sense.ts';
import { quantity, type Quantity } from './quantity.ts';
import { parseLimit, valueText, type Limit, type Thresholds, type Unit } from './threshold.ts';

/** Values that a rule takes for wrong, between two ends written as results write their value; null is no end. */
export interface WrongRange {
  readonly from: string | null;
  readonly to: string | null;
}

export interface WrongRanges {
  /** What the value and the ends are. */
  readonly unit: Unit;
  readonly fail: readonly WrongRange[];
  readonly warn: readonly WrongRange[];
}

/** What a value was measured as, and of how many rows. */
interface Measured {
  readonly measure: keyof Thresholds;
  /** A whole number as text. */
  readonly rows_checked: string;
}

/**
 * Where the values of a rule fail and warn, in the measure of one of its results, as a chart draws it. A threshold on a share stands for
 * the count it means among the rows that were checked, and the other way round. A rule without thresholds fails by any violation.
 */
export function wrongRanges(rule: Pick<Rule, 'fail' | 'warn'>, measured: Measured): WrongRanges {
  const any = rule.fail === null && rule.warn === null && measured.measure !== 'value';
  const fail = limitsOf(any ? { count: '> 0' } : rule.fail, measured);
  const warn = limitsOf(rule.warn, measured);
  const unit = measured.measure === 'value' ? unitOfValue([...fail, ...warn]) : measured.measure;
  return { unit, fail: rangesOf(fail, unit), warn: rangesOf(warn, unit) };
}

interface TranslatedLimit {
  readonly limit: Limit;
  readonly translate: (value: Quantity) => Quantity;
}

function limitsOf(thresholds: Thresholds | null, measured: Measured): TranslatedLimit[] {
  return (['count', 'share', 'value'] as const).flatMap((written) => {
    const text = thresholds?.[written];
    const limit = text === undefined ? undefined : parseLimit(text);
    const translate = translation(written, measured);
    return limit === undefined || typeof limit === 'string' || translate === undefined ? [] : [{ limit, translate }];
  });
}

/** A limit on an age or a time is always written as one. */
function unitOfValue(limits: readonly TranslatedLimit[]): Unit {
  const written = limits.map(({ limit }) => (limit.kind === 'compare' ? limit.bound : limit.low).written);
  if (written.includes('duration')) return 'seconds';
  return written.includes('time') ? 'time' : 'number';
}

function rangesOf(limits: readonly TranslatedLimit[], unit: Unit): WrongRange[] {
  return limits.flatMap(({ limit, translate }) => {
    const end = (of: End) => (of === null ? null : valueText(translate(of.value), unit));
    return breaching(limit).map(({ low, high }) => ({ from: end(low), to: end(high) }));
  });
}

/** @returns undefined where one measure says nothing about the other */
function translation(
  written: keyof Thresholds,
  { measure, rows_checked }: Measured,
): TranslatedLimit['translate'] | undefined {
  if (written === measure) return (value) => value;
  const rows = BigInt(rows_checked);
  if (rows === 0n) return undefined;
  if (written === 'share' && measure === 'count')
    return ({ numerator, denominator }) => quantity(numerator * rows, denominator);
  if (written === 'count' && measure === 'share')
    return ({ numerator, denominator }) => quantity(numerator, denominator * rows);
  return undefined;
}
