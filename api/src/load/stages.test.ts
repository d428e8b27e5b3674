import { receivedLoad, stepVersion, type Load } from '@assay/clickhouse';
import { expect, test } from 'vitest';
import { stagesOf, workOf } from './stages.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 1) + second * 1_000).toISOString();

function finished(generation: number, seconds: readonly [number, number, number, number]): Load {
  const [loading, committed, checked, ended] = seconds;
  const about = {
    version: 1,
    tenant: 'default',
    load_id: '2',
    source_id: '1',
    source: 'orders',
    file: 'orders.csv',
    sha256: '',
    bytes: '10',
    backfill: false,
    replaces: '0',
    received_at: at(0),
    actor: 'ana',
  };
  return {
    ...receivedLoad(about, { workflow_id: 'w', run_id: 'r' }),
    version: stepVersion(generation, 'finished'),
    state: 'loaded',
    loading_at: at(loading),
    committed_at: at(committed),
    checked_at: at(checked),
    finished_at: at(ended),
  };
}

const durations = (load: Load, check: { readonly started_at: string } | null) =>
  stagesOf(load, check).map(({ duration_ms }) => duration_ms);

test('the stages of a file take the time between its moments', () => {
  expect(durations(finished(0, [1, 3, 6, 10]), { started_at: at(3) })).toEqual([1_000, 2_000, 3_000, 4_000]);
});

test('the time between the receipt of a file and reading it again is no work', () => {
  expect(durations(finished(1, [120, 122, 125, 129]), { started_at: at(122) })).toEqual([null, 2_000, 3_000, 4_000]);
});

test('the work on a load is the sum of its stages', () => {
  expect(workOf(finished(0, [1, 3, 6, 10]), null)).toBe(10_000);
  expect(workOf(finished(1, [120, 122, 125, 129]), { started_at: at(122) })).toBe(9_000);
  expect(workOf(finished(1, [120, 122, 125, 129]), null)).toBeNull();
});

test('the time between loading a file and checking it again is no work', () => {
  expect(durations(finished(1, [1, 3, 606, 610]), { started_at: at(600) })).toEqual([null, 2_000, 6_000, 4_000]);
  expect(durations(finished(1, [1, 3, 606, 610]), null)).toEqual([null, 2_000, null, 4_000]);
});
