import type { Result } from '#lib/api.ts';
import { formatCount, formatPercent, shortValue } from '../format.ts';

/** What a rule measured, as people read it: a share as percent, a count with its thousands, anything else as exact text, shortened. */
export function resultValue({ value, measure }: Pick<Result, 'value' | 'measure'>): string {
  if (value === null) return '–';
  if (measure === 'share') return formatPercent(Number(value));
  return /^-?\d+$/.test(value) ? formatCount(value) : shortValue(value);
}
