import type { ActivityDeps } from '../deps.ts';
import type { PolicyStore } from './policy-store.ts';

/** What incidents act on. */
export interface IncidentDeps extends Pick<
  ActivityDeps,
  'connection' | 'temporal' | 'log' | 'now' | 'dashboard_url' | 'reached'
> {
  readonly policies: PolicyStore;
  /** Where the policy file's `…_env` settings are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The pauses between attempts to send, in milliseconds. */
  readonly retry_delays_ms: readonly number[];
}
