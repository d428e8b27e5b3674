import type { Rule } from './kinds/registry.gen.ts';
import { breaching, type End } from './limit-sense.ts';
import { formatQuantity, quantity, type Quantity } from './quantity.ts';
import { parseLimit, type Thresholds } from './threshold.ts';

/** Values that a rule takes for wrong, between two ends as decimal text; null is no end. */
export interface WrongRange {
  readonly from: string | null;
  readonly to: string | null;
}

/** What a value was measured as, and of how many rows. */
interface Measured {
  readonly measure: keyof Thresholds;
  /** A whole number as text. */
  readonly rows_checked: string;
}

type Translate = (value: Quantity) => Quantity;

/** As many digits after the point as a drawing can need. */
const digits = 12;

/**
 * Where the values of a rule fail and warn, in the measure of one of its results, as a chart draws it. A threshold on a share stands for
 * the count it means among the rows that were checked, and the other way round. A rule without thresholds fails by any violation.
 */
export function wrongRanges(
  rule: Pick<Rule, 'fail' | 'warn'>,
  measured: Measured,
): Readonly<Record<'fail' | 'warn', readonly WrongRange[]>> {
  const fail = rule.fail === null && rule.warn === null && measured.measure !== 'value' ? { count: '> 0' } : rule.fail;
  return { fail: rangesOf(fail, measured), warn: rangesOf(rule.warn, measured) };
}

function rangesOf(thresholds: Thresholds | null, measured: Measured): WrongRange[] {
  return (['count', 'share', 'value'] as const).flatMap((written) => {
    const text = thresholds?.[written];
    const limit = text === undefined ? undefined : parseLimit(text);
    const translate = translation(written, measured);
    if (limit === undefined || typeof limit === 'string' || translate === undefined) return [];
    const end = (of: End) => (of === null ? null : formatQuantity(translate(of.value), digits));
    return breaching(limit).map(({ low, high }) => ({ from: end(low), to: end(high) }));
  });
}

/** @returns undefined where one measure says nothing about the other */
function translation(written: keyof Thresholds, { measure, rows_checked }: Measured): Translate | undefined {
  if (written === measure) return (value) => value;
  const rows = BigInt(rows_checked);
  if (rows === 0n) return undefined;
  if (written === 'share' && measure === 'count')
    return ({ numerator, denominator }) => quantity(numerator * rows, denominator);
  if (written === 'count' && measure === 'share')
    return ({ numerator, denominator }) => quantity(numerator, denominator * rows);
  return undefined;
}
