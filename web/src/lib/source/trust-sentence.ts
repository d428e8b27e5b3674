import type { Load } from '#lib/api.ts';
import { formatCount, plural } from '../format.ts';

interface Judged {
  readonly latest_load: Pick<Load, 'verdict'> | null;
}

/** Which of the newest files can be trusted, in one sentence over all sources; empty while none is judged. */
export function trustSentence(sources: readonly Judged[]): string {
  const verdicts = sources.map(({ latest_load }) => latest_load?.verdict ?? '').filter((verdict) => verdict !== '');
  const [trusted, careful] = [countOf(verdicts, 'pass'), countOf(verdicts, 'warn')];
  const total = verdicts.length;
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

function countOf(verdicts: readonly string[], verdict: string): number {
  return verdicts.filter((other) => other === verdict).length;
}
