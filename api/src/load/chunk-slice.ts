import type { Commit } from '@assay/clickhouse';

/** The chunks that hold some rows of a load, and where the first wanted row is among theirs. */
export interface ChunkSlice {
  readonly chunk_ids: readonly string[];
  readonly offset: number;
}

/**
 * Finds rows [offset, offset + limit) by the row counts of the commit, so that a page reads one or two chunks and never sorts the load.
 * The low 16 bits of a chunk id are its place in the file.
 */
export function sliceOfChunks(
  commit: Pick<Commit, 'chunk_ids' | 'chunk_rows'>,
  page: { offset: number; limit: number },
): ChunkSlice {
  const chunks = commit.chunk_ids
    .map((chunk_id, place) => ({ chunk_id, rows: Number(commit.chunk_rows[place] ?? '0') }))
    .sort((a, b) => placeOf(a.chunk_id) - placeOf(b.chunk_id));
  const chunk_ids: string[] = [];
  let above = 0;
  let offset = 0;
  for (const { chunk_id, rows } of chunks) {
    const wanted = above + rows > page.offset && above < page.offset + page.limit;
    if (wanted && chunk_ids.length === 0) offset = page.offset - above;
    if (wanted) chunk_ids.push(chunk_id);
    above += rows;
  }
  return { chunk_ids, offset };
}

function placeOf(chunk_id: string): number {
  return Number(BigInt(chunk_id) & 0xffffn);
}
