import type { Load, LoadState } from '@assay/clickhouse';
import type { LoadDecision } from '../shapes/load.ts';

const decisions: Readonly<Record<LoadState, readonly LoadDecision[]>> = {
  received: [],
  loading: [],
  committed: [],
  checking: [],
  loaded: ['withdraw'],
  partial: ['release', 'withdraw'],
  held: ['release', 'withdraw'],
  refused: [],
  withdrawn: ['restore'],
  expired: [],
};

/** What a person can decide about a load now. One of which rows are missing comes into no view: it is loaded again first. */
export function availableDecisions(load: Pick<Load, 'state' | 'damage'>): LoadDecision[] {
  return decisions[load.state].filter((decision) => decision === 'withdraw' || load.damage === '');
}
