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

/** What a person can decide about a load now. */
export function availableDecisions(load: Pick<Load, 'state'>): LoadDecision[] {
  return [...decisions[load.state]];
}
