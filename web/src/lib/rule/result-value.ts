import type { Result } from '#lib/api.ts';
import { formatDuration, formatPercent, shortValue } from '../format.ts';

/** What a rule measured, as people read it: a share as percent, an age in units of time, anything else as exact text, shortened. */
export function resultValue({ value, unit, measure }: Pick<Result, 'value' | 'unit' | 'measure'>): string {
  if (value === null) return '–';
  if (measure === 'share') return formatPercent(Number(value));
  if (unit === 'seconds') return formatDuration(Number(value) * 1000);
  return shortValue(value);
}
