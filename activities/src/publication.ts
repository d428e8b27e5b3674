import type { Commit, LoadState, LoadVerdict, Publication } from '@assay/clickhouse';
import type { FinishLoadResult, LoadFileResult } from '@assay/workflows';

/** What becomes of a load once it is judged: its own state, the state of its rows, and the sentence that says why. */
export interface Outcome {
  readonly state: Exclude<FinishLoadResult['state'], 'withdrawn' | 'expired'>;
  /** Null when there are no rows. */
  readonly publication: Extract<Publication, 'published' | 'held'> | null;
  readonly reason: string;
}

/** The state of a load whose rows somebody decided about. */
export const loadStates: Readonly<Record<Publication, LoadState>> = {
  committed: 'committed',
  published: 'loaded',
  held: 'held',
  withdrawn: 'withdrawn',
  expired: 'expired',
};

/** The state of a load that is left as it was: what nobody published yet is held. */
export function stateLeft({ state }: Pick<Commit, 'state'>): LoadState {
  return state === 'committed' ? 'held' : loadStates[state];
}

/**
 * A damaged file is held back until somebody decides; a file that fails is held when its source says so. Everything else is published.
 * @param hold what the source withholds on a failing verdict
 */
export function outcomeOf(
  loaded: LoadFileResult,
  verdict: Exclude<LoadVerdict, ''>,
  hold: 'nothing' | 'file',
): Outcome {
  if (loaded.outcome === 'refused') return { state: 'refused', publication: null, reason: loaded.reason };
  if (loaded.outcome === 'partial') return { state: 'partial', publication: 'held', reason: loaded.reason };
  if (hold === 'file' && (verdict === 'fail' || verdict === 'error')) {
    return {
      state: 'held',
      publication: 'held',
      reason: 'The source holds back files that fail: release it, or withdraw it and send a better one.',
    };
  }
  return { state: 'loaded', publication: 'published', reason: '' };
}
