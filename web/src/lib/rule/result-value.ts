import type { Result } from '#lib/api.ts';
import { formatPercent, shortValue } from '../format.ts';

/** What a rule measured, as people read it: a share as percent, anything else as exact text, shortened. */
export function resultValue({ value, measure }: Pick<Result, 'value' | 'measure'>): string {
  if (value === null) return '–';
  if (measure === 'share') return formatPercent(Number(value));
  return shortValue(value);
}
