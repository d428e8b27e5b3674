import { extraKeys, sourceColumns, type Commit, type ExtraKey, type SourceVersion } from '@assay/clickhouse';
import type { UndeclaredKey } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { sourceFactsOf } from './find-source.ts';

/** The keys of a committed load that no column held when it was read, the most frequent first. */
export async function undeclaredKeys(
  ctx: AuthorizedContext,
  source: SourceVersion,
  commit: Commit,
): Promise<UndeclaredKey[]> {
  const { source_id, load_id, chunk_ids } = commit;
  const keys = await extraKeys(ctx.db, { source_id, load_id, chunk_ids });
  const types = new Map(sourceColumns(source).map(({ name, type }) => [name, type]));
  // What nobody declared may be the masked value under another name.
  const hidden = sourceFactsOf(source).masked.size > 0;
  return keys.map((key) => {
    const { scale: _, samples, ...counted } = key;
    return {
      ...counted,
      samples: hidden ? [] : samples,
      suggested_type: suggestedType(key),
      declared_type: types.get(key.name) ?? null,
    };
  });
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
