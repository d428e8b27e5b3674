import type { Load } from '#lib/api.ts';

/** Why a load has its verdict, in one line for lists; empty while nothing is known. What a person or the reader said comes first. */
export function whyOf({ reason, summary }: Pick<Load, 'reason' | 'summary'>): string {
  const text = reason === '' ? summary : reason;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
