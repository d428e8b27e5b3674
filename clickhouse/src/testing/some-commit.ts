import { newId } from '../id.ts';
import type { Commit } from '../tables/commit.ts';

/** The row of a commit whose load was just published: each of its chunks has one row and no reject. */
export function someCommit(change: Partial<Commit> = {}): Commit {
  const chunk_ids = change.chunk_ids ?? ['1'];
  return {
    source_id: '7',
    load_id: newId(Date.now()),
    version: 2,
    state: 'published',
    chunk_ids,
    chunk_rows: chunk_ids.map(() => '1'),
    chunk_rejects: chunk_ids.map(() => '0'),
    columns: '[]',
    seen: '{}',
    event_from: null,
    event_to: null,
    decided_at: '2026-11-20T08:00:00.000Z',
    decided_by: 'system',
    reason: '',
    damage: '',
    storm: '',
    ...change,
  };
}
