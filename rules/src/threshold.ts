import { z } from 'zod';
import { formatDuration, parseDuration } from './duration.ts';
import { formatInstant, parseInstant } from './instant.ts';
import {
  compareQuantities,
  formatCount,
  formatQuantity,
  formatShare,
  parseQuantity,
  quantity,
  type Quantity,
} from './quantity.ts';

/** What a number that is judged means; decides how bounds are read and how the number is shown. */
export type Unit = 'count' | 'share' | 'number' | 'seconds' | 'time';

/** One side of a threshold: exact, in the unit it was written in. */
interface Bound {
  readonly value: Quantity;
  readonly written: 'number' | 'percent' | 'duration' | 'time';
}

type Comparison = '>' | '>=' | '<' | '<=' | '=' | '!=';

/** What is wrong, as data: `> 5%`, `not between 10 and 20`. */
export type Limit =
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly bound: Bound }
  | { readonly kind: 'between'; readonly low: Bound; readonly high: Bound; readonly negated: boolean };

const form = 'write a comparison such as `> 5%`, `<= 10`, `between 1 and 5` or `not between 10 and 20`';

/** Reads a threshold's text. @returns the limit, or a sentence saying what is wrong with it. */
export function parseLimit(text: string): Limit | string {
  const between = /^(not\s+)?between\s+(.+?)\s+and\s+(.+)$/i.exec(text.trim());
  if (between) {
    const low = parseBound(between[2] ?? '');
    const high = parseBound(between[3] ?? '');
    if (!low || !high) return `${JSON.stringify(text)} has a bound that is no number, duration or time; ${form}`;
    if (low.written !== high.written) return `${JSON.stringify(text)} compares with two different units`;
    if (compareQuantities(low.value, high.value) > 0)
      return `${JSON.stringify(text)} has its bounds the wrong way round`;
    return { kind: 'between', low, high, negated: between[1] !== undefined };
  }
  const compare = /^(>=|<=|!=|<>|>|<|==|=)\s*(.+)$/.exec(text.trim());
  const bound = parseBound(compare?.[2] ?? '');
  const operator = comparisonOf(compare?.[1] ?? '');
  if (!operator || !bound) return `${JSON.stringify(text)} is not a threshold; ${form}`;
  return { kind: 'compare', operator, bound };
}

/** @returns a sentence when the limit's bounds are in a unit that cannot be compared with the measure, else undefined. */
export function unitProblem(limit: Limit, unit: Unit): string | undefined {
  for (const bound of limit.kind === 'compare' ? [limit.bound] : [limit.low, limit.high]) {
    if (bound.written === 'percent' && unit !== 'share') return `a percentage can only be compared with \`share\``;
    if (bound.written === 'duration' && unit !== 'seconds') return 'a duration can only be compared with an age';
    if (bound.written === 'time' && unit !== 'time') return 'a time can only be compared with a time';
    if (unit === 'time' && bound.written !== 'time')
      return 'this value is a time: compare it with one, such as `< 2024-01-01`';
    if (unit === 'seconds' && bound.written === 'number')
      return 'this value is an age: write its unit, such as `> 24 hours`';
    if (unit === 'share' && compareQuantities(bound.value, quantity(1n)) > 0) {
      if (bound.written === 'percent') return `a share is at most 100%, never ${formatShare(bound.value)}`;
      return `a share is at most 1, which is 100%; write \`${formatQuantity(bound.value)}%\` if percent is meant`;
    }
  }
  return undefined;
}

/** Whether the value is wrong by this limit. Exact: nothing is rounded on the way. */
export function breaches(limit: Limit, value: Quantity): boolean {
  if (limit.kind === 'between') {
    const inside = compareQuantities(value, limit.low.value) >= 0 && compareQuantities(value, limit.high.value) <= 0;
    return limit.negated ? !inside : inside;
  }
  const order = compareQuantities(value, limit.bound.value);
  switch (limit.operator) {
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

/** The opposite of the limit, which is what is expected: `> 5%` gives `at most 5%`. */
export function describeExpected(limit: Limit, unit: Unit): string {
  if (limit.kind === 'between') {
    const range = `between ${formatValue(limit.low.value, unit)} and ${formatValue(limit.high.value, unit)}`;
    return limit.negated ? range : `not ${range}`;
  }
  const words: Record<Comparison, string> = {
    '>': 'at most',
    '>=': 'below',
    '<': 'at least',
    '<=': 'above',
    '=': 'anything but',
    '!=': 'exactly',
  };
  return `${words[limit.operator]} ${formatValue(limit.bound.value, unit)}`;
}

/** A measured value as people read it; times are nanoseconds, ages are seconds. */
export function formatValue(value: Quantity, unit: Unit): string {
  switch (unit) {
    case 'count':
      return value.denominator === 1n ? formatCount(value.numerator) : formatQuantity(value);
    case 'share':
      return formatShare(value);
    case 'seconds':
      return formatDuration(value);
    case 'time':
      return formatInstant(value.numerator / value.denominator, 0);
    case 'number':
      return formatQuantity(value);
  }
}

/** The same value for machines: plain digits, or ISO for a time. */
export function valueText(value: Quantity, unit: Unit): string {
  return unit === 'time'
    ? formatInstant(value.numerator / value.denominator)
    : formatQuantity(value, unit === 'share' ? 12 : 9);
}

const limitText = z.string().superRefine((text, context) => {
  const limit = parseLimit(text);
  if (typeof limit === 'string') context.addIssue({ code: 'custom', message: limit });
});

/** When a rule fails or warns: on the count or share of what is wrong, or on the value that is measured. Any one of them suffices. */
export const thresholds = z
  .strictObject({
    count: limitText.optional().meta({ description: 'How many are wrong, such as `> 0`.' }),
    share: limitText.optional().meta({ description: 'Which share is wrong, such as `> 5%`.' }),
    value: limitText.optional().meta({ description: 'The measured value, such as `not between 10 and 20`.' }),
  })
  .refine((given) => Object.values(given).some((text) => text !== undefined), {
    message: 'give at least one of `count`, `share` and `value`',
  });
export type Thresholds = z.infer<typeof thresholds>;

function comparisonOf(text: string): Comparison | undefined {
  if (text === '<>') return '!=';
  if (text === '==') return '=';
  const known: readonly Comparison[] = ['>', '>=', '<', '<=', '=', '!='];
  return known.find((operator) => operator === text);
}

function parseBound(text: string): Bound | undefined {
  const trimmed = text.trim().replace(/^(['"])(.*)\1$/, '$2');
  const number = parseQuantity(trimmed);
  if (number) return { value: number, written: 'number' };
  const percent = trimmed.endsWith('%') ? parseQuantity(trimmed.slice(0, -1).trimEnd()) : undefined;
  if (percent) return { value: quantity(percent.numerator, percent.denominator * 100n), written: 'percent' };
  const duration = parseDuration(trimmed);
  if (duration) return { value: duration, written: 'duration' };
  const instant = parseInstant(trimmed);
  return instant ? { value: quantity(instant.nanoseconds), written: 'time' } : undefined;
}
