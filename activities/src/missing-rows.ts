import type { Commit, StoredChunk } from '@assay/clickhouse';

/** Rows or rejects by chunk id, as the engine counts them. */
export type CountedChunks = ReadonlyMap<string, bigint>;

export function countedChunks(chunks: readonly StoredChunk[]): CountedChunks {
  return new Map(chunks.map((chunk) => [chunk.chunk_id, BigInt(chunk.rows)]));
}

/** What of a commit is not there, or there more often than it should be, as a sentence; empty when all of it is there once. */
export function missingRows(commit: Commit, stored: { rows: CountedChunks; rejects: CountedChunks }): string {
  const rows = compared(commit.chunk_ids, commit.chunk_rows, stored.rows);
  const rejects = compared(commit.chunk_ids, commit.chunk_rejects, stored.rejects);
  const parts = [said(rows, ['row', 'rows']), said(rejects, ['reject', 'rejects'])].filter((part) => part !== '');
  if (parts.length === 0) return '';
  return `The store lost part of this load: ${parts.join(', and ')}.`;
}

interface Compared {
  readonly committed: bigint;
  readonly missing: bigint;
  readonly surplus: bigint;
}

function compared(chunk_ids: readonly string[], committed: readonly string[], stored: CountedChunks): Compared {
  const found = { committed: 0n, missing: 0n, surplus: 0n };
  for (const [place, chunk_id] of chunk_ids.entries()) {
    const wanted = BigInt(committed[place] ?? '0');
    const there = stored.get(chunk_id) ?? 0n;
    found.committed += wanted;
    if (there < wanted) found.missing += wanted - there;
    else found.surplus += there - wanted;
  }
  return found;
}

function said({ committed, missing, surplus }: Compared, [one, many]: readonly [string, string]): string {
  const noun = committed === 1n ? one : many;
  const gone = missing === 0n ? '' : `${grouped(missing)} of ${grouped(committed)} ${noun} are missing`;
  const twice = surplus === 0n ? '' : `${grouped(surplus)} more ${surplus === 1n ? one : many} than were committed`;
  return [gone, twice].filter((part) => part !== '').join(' and there are ');
}

function grouped(count: bigint): string {
  return count.toLocaleString('en');
}
