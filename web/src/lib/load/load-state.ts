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

/** Whether rows are missing that the inbox still has the file of. */
export function canReload(load: Pick<Load, 'state' | 'damage' | 'expired'>): boolean {
  return !isUnderWay(load.state) && load.damage !== '' && load.expired.inbox === undefined;
}

/** Whether all its rows are there to be checked again. */
export function canRecheck(load: Pick<Load, 'state' | 'damage' | 'check_id'>): boolean {
  return !isUnderWay(load.state) && load.state !== 'expired' && load.damage === '' && load.check_id !== '0';
}
