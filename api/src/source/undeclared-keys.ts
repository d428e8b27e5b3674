import { commitOfLoad, extraKeys, type ExtraKey, type Load, type SourceVersion } from '@assay/clickhouse';
import type { SourceDetail } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What the newest committed load brought beyond the columns of its source. */
export async function undeclaredKeys(
  ctx: AuthorizedContext,
  source: SourceVersion,
  loads: readonly Load[],
): Promise<SourceDetail['undeclared']> {
  const newest = loads.findLast((load) => load.committed_at !== null);
  if (newest === undefined) return [];
  const commit = await commitOfLoad(ctx.db, source.source_id, newest.load_id);
  if (commit === undefined || commit.state === 'expired') return [];
  const { source_id, load_id, chunk_ids } = commit;
  const keys = await extraKeys(ctx.db, { source_id, load_id, chunk_ids });
  return keys.map((key) => ({ name: key.name, rows: key.rows, suggested_type: suggestedType(key) }));
}

/** A type that takes every value seen; whatever mixes kinds stays JSON. */
function suggestedType(key: ExtraKey): string {
  if (key.rows === '0') return 'String';
  if (key.texts === key.rows) return 'String';
  if (key.bools === key.rows) return 'Bool';
  if (key.integers === key.rows) return 'Int64';
  if (BigInt(key.integers) + BigInt(key.numbers) === BigInt(key.rows)) return `Decimal(38, ${Math.min(key.scale, 38)})`;
  return 'JSON';
}
