import type { LoadFileResult } from '@assay/workflows';
import { expect, test } from 'vitest';
import { fileJudgement, hasRecords } from './file-judgement.ts';

function loaded(...chunks: readonly { readonly rows: string; readonly rejects: string }[]) {
  return {
    outcome: 'loaded',
    reason: '',
    format: 'csv',
    compression: 'none',
    chunks: chunks.map((chunk, place) => ({
      chunk_id: String(place + 1),
      records: String(Number(chunk.rows) + Number(chunk.rejects)),
      ...chunk,
    })),
    only_attempt: true,
    columns: [],
    seen: { numbers: [], undeclared: [], undeclared_more: 0 },
    findings: [],
    loading_at: '2026-11-01T00:00:00.000Z',
  } satisfies LoadFileResult;
}

test('a file that was read to its end is clean news, one without a record is none', () => {
  expect(fileJudgement(loaded({ rows: '3', rejects: '0' })).verdict).toBe('pass');
  expect(fileJudgement(loaded({ rows: '0', rejects: '2' })).verdict).toBe('pass');
  for (const empty of [loaded(), loaded({ rows: '0', rejects: '0' })]) {
    expect(hasRecords(empty)).toBe(false);
    expect(fileJudgement(empty)).toMatchObject({
      verdict: 'error',
      finding: 'The file has no record, so it does not show that files can be read again.',
    });
  }
});

test('a file that was refused or damaged on the way fails, whatever was read of it', () => {
  const partial = { ...loaded(), outcome: 'partial' as const, reason: 'The gzip stream ends early.' };
  expect(fileJudgement(partial)).toMatchObject({
    verdict: 'fail',
    finding: 'The file is partial: The gzip stream ends early.',
  });
});
