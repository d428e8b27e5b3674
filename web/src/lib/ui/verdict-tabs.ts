import type { Verdict } from '#lib/api.ts';
import { verdictMarks } from './marks.ts';

const worstFirst: readonly (Verdict | '')[] = ['error', 'fail', 'warn', 'no_data', 'skipped', 'pass', ''];

/** In an address, where an empty parameter means all: what has no verdict yet. */
const notJudged = 'not_judged';

interface Counted {
  readonly verdict: Verdict | '';
  readonly count: number;
}

/** Tabs that show all, or only what has one verdict; verdicts that nothing has get no tab, but the chosen one keeps its own. */
export function verdictTabs(
  counts: readonly Counted[],
  chosen: string,
): { id: string; label: string; count: number }[] {
  const countOf = new Map(counts.map(({ verdict, count }) => [verdict, count]));
  return [
    { id: '', label: 'All', count: counts.reduce((sum, { count }) => sum + count, 0) },
    ...worstFirst
      .map((verdict) => ({ verdict, id: verdict === '' ? notJudged : verdict }))
      .filter(({ verdict, id }) => (countOf.get(verdict) ?? 0) > 0 || id === chosen)
      .map(({ verdict, id }) => ({ id, label: verdictMarks[verdict].word, count: countOf.get(verdict) ?? 0 })),
  ];
}

/** The verdict that a tab stands for; undefined for all, and for an address that names none. */
export function verdictOfTab(id: string): Verdict | '' | undefined {
  return id === notJudged ? '' : worstFirst.find((verdict) => verdict !== '' && verdict === id);
}
