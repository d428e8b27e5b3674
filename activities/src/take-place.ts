import { commitOfLoad, loadById, othersInPlace, type Commit, type Querier } from '@assay/clickhouse';

/** What stands in the way of a load that is about to be published: nothing but the load it replaces, if any, or another one. */
export type Place =
  { readonly kind: 'free'; readonly leaves: Commit | undefined } | { readonly kind: 'taken'; readonly by: Commit };

/**
 * Looks whether a load may be published. The source's workflow asks and writes one decision at a time, and what it writes is one insert of
 * both loads, so of all who want a place one gets it and the others see that. Asked again by a retry, it answers as before.
 * @param taker.replaces the load that may be there and then leaves; '0' for none
 * @param taker.version that of the commits this decision writes
 */
export async function placeFor(
  db: Querier,
  taker: { source_id: string; load_id: string; replaces: string; version: number },
): Promise<Place> {
  const { source_id, replaces, version } = taker;
  const others = await othersInPlace(db, taker);
  const by = others.find((other) => other.state === 'published' && other.load_id !== replaces);
  if (by !== undefined) return { kind: 'taken', by };
  const there = others.find((other) => other.version === version || other.load_id === replaces);
  if (there !== undefined || replaces === '0') return { kind: 'free', leaves: there };
  const replaced = await commitOfLoad(db, source_id, replaces);
  return { kind: 'free', leaves: replaced?.state === 'held' ? replaced : undefined };
}

/** Says which load is published in the place that another one wanted. */
export async function takenSentences(
  db: Querier,
  { load_id, replaces, by }: { load_id: string; replaces: string; by: Commit },
): Promise<{ refused: string; late: string; held: string }> {
  const file = (await loadById(db, by.load_id))?.file ?? '';
  const there = `Load ${by.load_id} (${file})`;
  const next = 'Release this one to publish it instead, or withdraw it.';
  return {
    refused: `${there} is published in the place of load ${load_id}, and of the two only one can count. Withdraw load ${by.load_id} first, then try again.`,
    late: `${there} was published in the place of load ${replaces} before this file, which was sent to replace it, too. ${next}`,
    held: `${there} is published in its place. ${next}`,
  };
}
