import type { Commit } from '@assay/clickhouse';
import { someCommit } from '@assay/clickhouse/testing';
import { expect, test } from 'vitest';
import { ReplacedChunksError, requireSameChunks } from './replaced-chunks.ts';

function commit(load_id: string, chunk_ids: string[]): Commit {
  return someCommit({ load_id, chunk_ids });
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
