import { connect, type Connection } from '@assay/clickhouse';
import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { sql, type Column } from '@assay/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRange, type EventRange } from './event-range.ts';
import { calm } from './testing.ts';
import { StatementRunner } from './statement-runner.ts';

let engine: TestEngine;
let connection: Connection;

beforeAll(async () => {
  engine = await startTestEngine();
  connection = connect({ url: engine.url, database: engine.database });
});

afterAll(async () => {
  await connection.close();
  await engine[Symbol.asyncDispose]();
});

async function rangeOf(
  type: Column['type'],
  storage: string,
  values: readonly string[],
): Promise<EventRange | undefined> {
  const column: Column = { name: 'at', number: 1, type, masked: false };
  const runner = new StatementRunner(connection.querier('default'), calm());
  const relation = sql`(SELECT CAST(arrayJoin(${values.length === 0 ? sql`[NULL]` : sql`splitByChar(',', ${values.join(',')})`}), ${storage}) AS c_1)`;
  const times = await eventRange(runner, { columns: [column], event_time: 'at', rows: { relation, condition: null } });
  if ('error' in times) throw new Error(times.error);
  return times.range;
}

test.each([
  ["Nullable(DateTime64(3, 'UTC'))", { kind: 'timestamp', precision: 3, zone: null } as const],
  ["Nullable(DateTime64(9, 'UTC'))", { kind: 'timestamp', precision: 9, zone: null } as const],
  ['Nullable(Date32)', { kind: 'date' } as const],
])('the event times of %s go from the earliest to the latest', async (storage, type) => {
  expect(await rangeOf(type, storage, ['2026-11-02', '1900-01-01', '2026-11-03'])).toEqual({
    from: '1900-01-01T00:00:00.000000000Z',
    to: '2026-11-03T00:00:00.000000000Z',
  });
  expect(await rangeOf(type, storage, [])).toBeUndefined();
});

test.each([
  ["Nullable(DateTime64(3, 'UTC'))", { kind: 'timestamp', precision: 3, zone: null } as const],
  ['Nullable(Date32)', { kind: 'date' } as const],
])('a time of %s that stands for never does not stop the check', async (storage, type) => {
  expect(await rangeOf(type, storage, ['2026-11-02', '2299-12-31'])).toEqual({
    from: '2026-11-02T00:00:00.000000000Z',
    to: '2026-11-02T00:00:00.000000000Z',
  });
  expect(await rangeOf(type, storage, ['2299-12-31'])).toBeUndefined();
});
