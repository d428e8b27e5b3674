import type { Verdict } from '#lib/api.ts';
import { verdictMarks } from './marks.ts';

const worstFirst: readonly Verdict[] = ['error', 'fail', 'warn', 'no_data', 'skipped', 'pass'];

/** Tabs that show all, or only what has one verdict; verdicts that nothing has get no tab, but the chosen one keeps its own. */
export function verdictTabs(
  verdicts: readonly (Verdict | '')[],
  chosen: string,
): { id: string; label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [
    { id: '', label: 'All', count: verdicts.length },
    ...worstFirst
      .filter((verdict) => counts.has(verdict) || verdict === chosen)
      .map((verdict) => ({ id: verdict, label: verdictMarks[verdict].word, count: counts.get(verdict) ?? 0 })),
  ];
}
