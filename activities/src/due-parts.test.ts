import { timestampOf } from '@assay/clickhouse';
import { emptyDocument } from '@assay/rules';
import { describe, expect, test } from 'vitest';
import { dueParts } from './due-parts.ts';

const day_ms = 24 * 3_600_000;
const now = Date.UTC(2026, 10, 21);
const usual = emptyDocument('orders').retention;

function load(days: number, change: Partial<Parameters<typeof dueParts>[0]> = {}): Parameters<typeof dueParts>[0] {
  const received_at = timestampOf(now - days * day_ms);
  return { state: 'loaded', received_at, committed_at: received_at, check_id: '7', damage: '', expired: {}, ...change };
}

describe('by default a load gives up', () => {
  test.each([
    [29, []],
    [30, ['inbox']],
    [89, ['inbox']],
    [90, ['inbox', 'rows']],
    [364, ['inbox', 'rows']],
    [365, ['inbox', 'rows', 'evidence']],
    [100_000, ['inbox', 'rows', 'evidence']],
  ])('after %d days: %j', (days, parts) => {
    expect(dueParts(load(days), usual, now)).toEqual(parts);
  });
});

test('a millisecond before its time nothing expires', () => {
  expect(dueParts(load(30), usual, now - 1)).toEqual([]);
});

test('what a source keeps for ever never expires, and `1 day` is over after one', () => {
  const retention = { inbox: 'for ever', rows: '1 day', evidence: '2 days', metrics: '2 days' };
  expect(dueParts(load(1), retention, now)).toEqual(['rows']);
  expect(dueParts(load(9_999), retention, now)).toEqual(['rows', 'evidence', 'metrics']);
});

test('nothing expires twice', () => {
  const at = timestampOf(now);
  expect(dueParts(load(400, { state: 'expired', expired: { inbox: at, rows: at, evidence: at } }), usual, now)).toEqual(
    [],
  );
});

test.each(['received', 'loading', 'committed', 'checking'] as const)('a load that is %s keeps everything', (state) => {
  expect(dueParts(load(400, { state }), usual, now)).toEqual([]);
});

test('a refused file has bytes to give up and no rows', () => {
  expect(dueParts(load(400, { state: 'refused', committed_at: null, check_id: '0' }), usual, now)).toEqual(['inbox']);
});

test('a damaged load keeps the bytes it can be loaded again from, until its rows expire', () => {
  const damage = 'The store lost part of this load: 3 of 10 rows are missing.';
  expect(dueParts(load(60, { state: 'held', damage }), usual, now)).toEqual([]);
  expect(dueParts(load(90, { state: 'held', damage }), usual, now)).toEqual(['inbox', 'rows']);
});
