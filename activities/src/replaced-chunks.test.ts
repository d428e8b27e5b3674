import type { Commit } from '@assay/clickhouse';
import { expect, test } from 'vitest';
import { ReplacedChunksError, requireSameChunks } from './replaced-chunks.ts';

function commit(load_id: string, chunk_ids: string[]): Commit {
  return {
    source_id: '1',
    load_id,
    version: 2,
    state: 'published',
    chunk_ids,
    chunk_rows: chunk_ids.map(() => '1'),
    chunk_rejects: chunk_ids.map(() => '0'),
    columns: '[]',
    seen: '{}',
    event_from: null,
    event_to: null,
    decided_at: '2026-11-21T00:00:00Z',
    decided_by: 'system',
    reason: '',
    damage: '',
    storm: '',
  };
}

const read = [commit('1', ['10', '11']), commit('2', ['20'])];

test('a check stands when the loads it read count as before, whatever came beside them', () => {
  requireSameChunks(read, [...read, commit('3', ['30'])]);
});

test.each([
  ['read again', [commit('1', ['12', '13']), commit('2', ['20'])]],
  ['taken out', [commit('1', ['10', '11'])]],
])('a check is repeated when a load it read was %s meanwhile', (_what, now) => {
  expect(() => {
    requireSameChunks(read, now);
  }).toThrow(ReplacedChunksError);
});
