import type { Commit } from '@assay/clickhouse';
import { someCommit } from '@assay/clickhouse/testing';
import { expect, test } from 'vitest';
import { countedChunks, missingRows } from './missing-rows.ts';

/** A load of chunks with so many rows and rejects each. */
function commit(chunks: readonly (readonly [rows: number, rejects: number])[]): Commit {
  return someCommit({
    load_id: '2',
    chunk_ids: chunks.map((_, place) => String(place + 1)),
    chunk_rows: chunks.map(([rows]) => String(rows)),
    chunk_rejects: chunks.map(([, rejects]) => String(rejects)),
  });
}

function stored(...chunks: readonly number[]) {
  return countedChunks(
    chunks.map((rows, place) => ({ load_id: '2', chunk_id: String(place + 1), rows: String(rows) })),
  );
}

test('says how many rows and rejects are missing, and in how many chunks where there is more than one', () => {
  const one = commit([[120, 3]]);
  expect(missingRows(one, { rows: stored(120), rejects: stored(3) })).toBeUndefined();
  expect(missingRows(one, { rows: stored(), rejects: stored(1) })?.('a.jsonl')).toBe(
    'The store lost part of a.jsonl: 120 of 120 rows are missing, and 2 of 3 rejects are missing.',
  );
  const three = commit([
    [1_000, 0],
    [1_000, 0],
    [500, 1],
  ]);
  expect(missingRows(three, { rows: stored(1_000, 400), rejects: stored(0, 0, 1) })?.('a.jsonl')).toBe(
    'The store lost part of a.jsonl: 1,100 of 2,500 rows are missing, in 2 of 3 chunks.',
  );
  expect(missingRows(three, { rows: stored(1_000, 1_001, 500), rejects: stored(0, 0, 1) })?.('a.jsonl')).toBe(
    'The store holds more of a.jsonl than it should: there is 1 more row than were committed, in 1 of 3 chunks.',
  );
});
