import type { Load } from '#lib/api.ts';
import { formatCount, plural } from '../format.ts';

interface Counted {
  readonly verdict: Load['verdict'];
  readonly count: number;
}

/** Which of the newest files can be trusted, in one sentence over all sources; empty while none is judged. */
export function trustSentence(counts: readonly Counted[]): string {
  const countOf = (wanted: Load['verdict']) => counts.find(({ verdict }) => verdict === wanted)?.count ?? 0;
  const [trusted, careful] = [countOf('pass'), countOf('warn')];
  const total = counts.filter(({ verdict }) => verdict !== '').reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return '';
  if (trusted === total) {
    return total === 1 ? 'The newest file can be trusted.' : `All ${formatCount(total)} newest files can be trusted.`;
  }
  if (trusted === 0 && careful === 0) {
    return total === 1
      ? 'The newest file cannot be trusted.'
      : `None of the ${formatCount(total)} newest files can be trusted.`;
  }
  const parts = [`${formatCount(trusted)} of ${plural(total, 'newest file')} can be trusted`];
  if (careful > 0) parts.push(`${formatCount(careful)} with care`);
  if (total - trusted - careful > 0) parts.push(`${formatCount(total - trusted - careful)} cannot`);
  return `${parts.join(', ')}.`;
}
