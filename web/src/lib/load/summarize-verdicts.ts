import { formatWord, plural } from '../format.ts';

/** The strip of a source in words: `Last 30 loads: 28 pass, 2 fail; the newest is fail`. */
export function summarizeVerdicts(loads: readonly { readonly verdict: string }[]): string {
  const newest = loads.at(-1);
  if (!newest) return 'No loads yet';
  const counts = new Map<string, number>();
  for (const { verdict } of loads) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = ['pass', 'warn', 'fail', 'error', '']
    .filter((verdict) => counts.has(verdict))
    .map((verdict) => `${counts.get(verdict) ?? 0} ${wordOf(verdict)}`);
  return `Last ${plural(loads.length, 'load')}: ${parts.join(', ')}; the newest is ${wordOf(newest.verdict)}`;
}

function wordOf(verdict: string): string {
  return verdict === '' ? 'not judged' : formatWord(verdict);
}
