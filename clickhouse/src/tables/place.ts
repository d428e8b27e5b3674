import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { commit, type Commit } from './commit.ts';

/** Which load was sent to replace which; a step of a load never changes that, so no FINAL is needed. */
const replacements = query({
  sql: `
SELECT load_id, replaces
FROM loads
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND replaces != 0
GROUP BY load_id, replaces
ORDER BY load_id`,
  params: z.object({ source_id: id }),
  row: z.object({ load_id: id, replaces: id }),
});

const standing = query({
  sql: `
SELECT ${Object.keys(commit.shape).join(', ')}
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND load_id IN {load_ids: Array(UInt64)}
  AND (state = 'published' OR version = {version: UInt64})
ORDER BY load_id`,
  params: z.object({ source_id: id, load_ids: idList, version: z.number().int() }),
  row: commit,
});

/**
 * The commits of the other loads in the place of a load that are published, or were written by the decision of this version. Loads share a
 * place when one was sent to replace the other, directly or over others; of them only one may be published.
 */
export async function othersInPlace(
  db: Querier,
  { source_id, load_id, version = 0 }: { source_id: string; load_id: string; version?: number },
): Promise<Commit[]> {
  const load_ids = sharing(load_id, await db.rows(replacements, { source_id }));
  return load_ids.length === 0 ? [] : db.rows(standing, { source_id, load_ids, version });
}

function sharing(load_id: string, edges: readonly { load_id: string; replaces: string }[]): string[] {
  const near = new Map<string, string[]>();
  const link = (from: string, to: string) => near.set(from, [...(near.get(from) ?? []), to]);
  for (const edge of edges) {
    link(edge.load_id, edge.replaces);
    link(edge.replaces, edge.load_id);
  }
  const found = new Set([load_id]);
  for (const member of found) for (const other of near.get(member) ?? []) found.add(other);
  found.delete(load_id);
  return [...found];
}
