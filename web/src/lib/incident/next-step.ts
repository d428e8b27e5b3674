import type { Incident } from '#lib/api.ts';

/**
 * What the escalation does next, as the words before `in 1:26`: a level, another round, or the last notice.
 * @param policy the one that was pinned when the incident was triggered
 * @param timeline oldest first; the newest entry with a round tells which one it is
 */
export function nextStep(
  { severity, level }: Pick<Incident, 'severity' | 'level'>,
  policy: Readonly<Record<string, unknown>>,
  timeline: readonly { readonly data: Readonly<Record<string, unknown>> }[],
): string {
  const ladder = fieldOf(policy['ladders'], severity);
  const levels = fieldOf(ladder, 'levels');
  const repeats = fieldOf(ladder, 'repeats');
  if (!Array.isArray(levels) || typeof repeats !== 'number') return 'The next notice goes out';
  if (level < levels.length) return `Level ${String(level + 1)} is told`;
  const round = timeline.findLast(({ data }) => typeof data['round'] === 'number')?.data['round'];
  return Number(round ?? 1) <= repeats
    ? 'Everybody is told again, from level 1 on,'
    : 'A last notice says that nobody else is told,';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : null;
}
