import type { Commit, StoredChunk } from '@assay/clickhouse';

/** Rows or rejects by chunk id, as the engine counts them. */
export type CountedChunks = ReadonlyMap<string, bigint>;

/** Of one load, or of all of a source: a chunk id is used once. */
export function countedChunks(chunks: readonly StoredChunk[]): CountedChunks {
  return new Map(chunks.map((chunk) => [chunk.chunk_id, BigInt(chunk.rows)]));
}

/** Says in a sentence what the store lost of a file. */
export type Missing = (file: string) => string;

/** What of the file of a commit is not there, or there more often than it should be; empty when all of it is there once. */
export function missingRows(
  commit: Commit,
  stored: { rows: CountedChunks; rejects: CountedChunks },
): Missing | undefined {
  const rows = compared(commit.chunk_ids, commit.chunk_rows, stored.rows);
  const rejects = compared(commit.chunk_ids, commit.chunk_rejects, stored.rejects);
  const parts = [said(rows, ['row', 'rows']), said(rejects, ['reject', 'rejects'])].filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const isLost = rows.missing + rejects.missing > 0n;
  const counts = parts.join(', and ');
  return (file) =>
    isLost
      ? `The store lost part of ${file}: ${counts}.`
      : `The store holds more of ${file} than it should: ${counts}.`;
}

interface Compared {
  readonly committed: bigint;
  readonly missing: bigint;
  readonly surplus: bigint;
  /** Chunks of which anything was committed, and those that are not as they were. */
  readonly chunks: number;
  readonly differing: number;
}

function compared(chunk_ids: readonly string[], committed: readonly string[], stored: CountedChunks): Compared {
  const found = { committed: 0n, missing: 0n, surplus: 0n, chunks: 0, differing: 0 };
  for (const [place, chunk_id] of chunk_ids.entries()) {
    const wanted = BigInt(committed[place] ?? '0');
    const there = stored.get(chunk_id) ?? 0n;
    found.committed += wanted;
    if (wanted > 0n) found.chunks += 1;
    if (there !== wanted) found.differing += 1;
    if (there < wanted) found.missing += wanted - there;
    else found.surplus += there - wanted;
  }
  return found;
}

function said(
  { committed, missing, surplus, chunks, differing }: Compared,
  [one, many]: readonly [string, string],
): string {
  const noun = committed === 1n ? one : many;
  const gone = missing === 0n ? '' : `${grouped(missing)} of ${grouped(committed)} ${noun} are missing`;
  const twice =
    surplus === 0n
      ? ''
      : `there ${surplus === 1n ? `is 1 more ${one}` : `are ${grouped(surplus)} more ${many}`} than were committed`;
  const told = [gone, twice].filter((part) => part !== '').join(' and ');
  return told === '' || chunks < 2 ? told : `${told}, in ${String(differing)} of ${String(chunks)} chunks`;
}

function grouped(count: bigint): string {
  return count.toLocaleString('en');
}
