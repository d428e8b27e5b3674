import type { Load } from '#lib/api.ts';

const underWay: readonly Load['state'][] = ['received', 'loading', 'committed', 'checking'];

/** Every state in the order a load passes them. */
export const loadStates: readonly Load['state'][] = [
  ...underWay,
  'loaded',
  'partial',
  'held',
  'refused',
  'withdrawn',
  'expired',
];

/** Every verdict a load can have, best first. */
export const loadVerdicts: readonly Exclude<Load['verdict'], ''>[] = ['pass', 'warn', 'fail', 'error'];

/** Whether the load still changes by itself. */
export function isUnderWay(state: Load['state']): boolean {
  return underWay.includes(state);
}
