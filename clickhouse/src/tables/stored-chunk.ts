import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { dataTable } from './data.ts';

/** How many rows, or rejects, the engine holds under one chunk id of a load, committed or not. */
export const storedChunk = z.object({ load_id: id, chunk_id: id, rows: z.string() });
export type StoredChunk = z.infer<typeof storedChunk>;

/** Reads the two first columns of the key, of every row. */
export function storedChunks(db: Querier, source_id: string): Promise<StoredChunk[]> {
  const counted = query({
    sql: `
SELECT _assay_load_id AS load_id, _assay_chunk_id AS chunk_id, toString(count()) AS rows
FROM ${dataTable(source_id)}
WHERE {tenant: String} != ''
GROUP BY load_id, chunk_id`,
    params: z.object({}),
    row: storedChunk,
  });
  return db.rows(counted, {});
}

const rejectChunks = query({
  sql: `
SELECT load_id, chunk_id, toString(count()) AS rows
FROM rejects
WHERE tenant = {tenant: String} AND ({source_id: UInt64} = 0 OR source_id = {source_id: UInt64})
GROUP BY load_id, chunk_id`,
  params: z.object({ source_id: id }),
  row: storedChunk,
});

/** The same for rejects, of one source or of every one. */
export function storedRejectChunks(db: Querier, source_id = '0'): Promise<StoredChunk[]> {
  return db.rows(rejectChunks, { source_id });
}
