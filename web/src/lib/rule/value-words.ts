import type { Result } from '#lib/api.ts';
import { plural } from '../format.ts';
import { formatMoment } from '../time.ts';
import { verdictMarks } from '../ui/marks.ts';
import { endsOf, type ValuePlot, type ValuePoint } from './plot-values.ts';
import { resultValue } from './result-value.ts';

/** A number on the scale of a result, in its unit. */
export function tellValue(value: number, { measure, unit }: Pick<Result, 'measure' | 'unit'>): string {
  return resultValue({ value: String(value), measure, unit }).replace(/\.0%$/, '%');
}

/** The limits in force at a result, `Fails above 5%`, each told once, with the value it lies at. */
export function tellLimits(result: Result): { level: 'fail' | 'warn'; value: number; text: string }[] {
  return endsOf(result).map(({ level, side, value }) => ({
    level,
    value,
    text: `${level === 'fail' ? 'Fails' : 'Warns'} ${side} ${tellValue(value, result)}`,
  }));
}

/** How many values stand beyond each end of the scale, and what they are; nothing where all have their place. */
export function tellBeyond({ points }: ValuePlot): { side: 'above' | 'below'; text: string }[] {
  return (['above', 'below'] as const).flatMap((side) => {
    const found = points.filter((point) => point.beyond === side);
    return found.length === 0 ? [] : [{ side, text: `${found.length} ${side} the scale: ${rangeOf(found)}` }];
  });
}

/** A point in words, as its link is called. */
export function tellPoint({ result, beyond }: ValuePoint): string {
  const value = `${resultValue(result)}${beyond === null ? '' : `, ${beyond} the scale`}`;
  const window = result.window === '' ? '' : `, window ${result.window}`;
  return `${verdictMarks[result.verdict].word}: ${value}, expected ${result.expected}; ${formatMoment(result.judged_at)}${window}`;
}

/** The whole chart in words; empty where there is nothing to draw. */
export function tellPlot(plot: ValuePlot): string {
  const { points } = plot;
  const last = points.at(-1)?.result;
  if (!last) return '';
  const wrong = points.filter(({ result }) => result.verdict !== 'pass').length;
  const limits = tellLimits(last).map(({ text }) => text.toLowerCase());
  return [
    `The value in the last ${plural(points.length, 'result')}, ${rangeOf(points)}`,
    `now ${resultValue(last)}, expected ${last.expected}`,
    ...(limits.length === 0 ? [] : [limits.join(', ')]),
    wrong === 0 ? 'all passed' : `${wrong} did not pass`,
    ...tellBeyond(plot).map(({ text }) => text),
  ].join('; ');
}

function rangeOf(points: readonly ValuePoint[]): string {
  const sorted = points.toSorted((a, b) => a.value - b.value);
  const ends = [sorted[0], sorted.at(-1)].flatMap((point) => (point ? [tellValue(point.value, point.result)] : []));
  return [...new Set(ends)].join(' to ');
}
