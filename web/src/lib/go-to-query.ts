import { goto } from '$app/navigation';
import { withQuery, type QueryChanges } from './query.ts';

/**
 * Shows the same page with some query parameters changed; focus and scroll position stay.
 * @param history `push` for a choice that Back undoes, `replace` while somebody types
 */
export function goToQuery(
  url: Parameters<typeof withQuery>[0],
  changes: QueryChanges,
  history: 'push' | 'replace',
): void {
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- the same page with another query
  void goto(withQuery(url, changes), { replace: history === 'replace', reset: false });
}

/** The same with another filter: what it finds is shown from its first page on. */
export function filterQuery(...[url, changes, history]: Parameters<typeof goToQuery>): void {
  goToQuery(url, { ...changes, before: null, offset: null }, history);
}
