import { ClickHouseError } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryError, QueryError, type Trouble } from './errors.ts';
import { connect, type Connection } from './query.ts';
import { startTestEngine, type TestEngine } from './testing.ts';

let engine: TestEngine;
let connection: Connection;

beforeAll(async () => {
  engine = await startTestEngine({ env: { ASSAY_ENGINE_MEMORY_BYTES: '400000000' } });
  connection = connect({ url: engine.url, database: engine.database });
});

afterAll(async () => {
  await connection.close();
  await engine[Symbol.asyncDispose]();
});

async function failureOf(sql: string, settings: Record<string, string> = {}): Promise<QueryError> {
  const failed: unknown = await connection
    .querier('default')
    .statement(sql, { settings })
    .catch((error: unknown) => error);
  if (failed instanceof QueryError) return failed;
  throw new Error(`${sql} gave no error`, { cause: failed });
}

const large = 'SELECT length(groupArray(number)) FROM numbers(100000000)';

test.each<[string, string, Record<string, string>, number, Trouble]>([
  ['an unknown name', 'SELECT nope', {}, 47, 'refused'],
  ['a wrong type', "SELECT 1 + 'a'", {}, 43, 'refused'],
  ['a bad pattern', "SELECT match('a', '(')", {}, 427, 'refused'],
  ['a value that throws', "SELECT throwIf(number = 3, 'three') FROM numbers(10)", {}, 395, 'refused'],
  ['too much memory for one statement', large, { max_memory_usage: '20000000' }, 241, 'refused'],
  ['too much memory for all statements together', large, { max_memory_usage: '0' }, 241, 'strained'],
  [
    'too much memory for all statements of a user',
    large,
    { max_memory_usage: '0', max_memory_usage_for_user: '20000000' },
    241,
    'strained',
  ],
  [
    'too much time',
    'SELECT sum(sleepEachRow(0.05)) FROM numbers(100)',
    { max_block_size: '1', max_execution_time: '1' },
    159,
    'strained',
  ],
])('%s is told from what may pass', async (_, sql, settings, code, trouble) => {
  const failed = await failureOf(sql, settings);
  expect({ code: failed.code, trouble: failed.trouble, retryable: failed.retryable }).toEqual({
    code,
    trouble,
    retryable: trouble !== 'refused',
  });
  expect(failed.message).not.toMatch(/DB::Exception|version|In scope/);
});

test('a statement that somebody stops may succeed another time', async () => {
  const marker = 'stopped by somebody';
  const running = failureOf(`SELECT sum(sleepEachRow(0.05)), '${marker}' FROM numbers(1000)`, { max_block_size: '1' });
  const stop = async (): Promise<void> => {
    await connection
      .querier('default')
      .command(`KILL QUERY WHERE query LIKE '%sleepEachRow%${marker}%' AND query NOT LIKE 'KILL%' ASYNC`);
  };
  let ended = false;
  void running.finally(() => (ended = true));
  while (!(await settled(() => ended))) await stop();
  expect(await running).toMatchObject({ code: 394, trouble: 'strained', retryable: true });
});

async function settled(ended: () => boolean): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return ended();
}

test('every code that may pass has the name it is taken for', async () => {
  const names: Record<string, string> = {
    '198': 'DNS_ERROR',
    '201': 'QUOTA_EXCEEDED',
    '202': 'TOO_MANY_SIMULTANEOUS_QUERIES',
    '203': 'NO_FREE_CONNECTION',
    '209': 'SOCKET_TIMEOUT',
    '210': 'NETWORK_ERROR',
    '225': 'NO_ZOOKEEPER',
    '236': 'ABORTED',
    '242': 'TABLE_IS_READ_ONLY',
    '243': 'NOT_ENOUGH_SPACE',
    '244': 'UNEXPECTED_ZOOKEEPER_ERROR',
    '252': 'TOO_MANY_PARTS',
    '254': 'NO_ACTIVE_REPLICAS',
    '279': 'ALL_CONNECTION_TRIES_FAILED',
    '285': 'TOO_FEW_LIVE_REPLICAS',
    '286': 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE',
    '319': 'UNKNOWN_STATUS_OF_INSERT',
    '373': 'SESSION_IS_LOCKED',
    '425': 'SYSTEM_ERROR',
    '439': 'CANNOT_SCHEDULE_TASK',
    '473': 'DEADLOCK_AVOIDED',
    '516': 'AUTHENTICATION_FAILED',
    '517': 'CANNOT_ASSIGN_ALTER',
    '519': 'NO_REMOTE_SHARD_AVAILABLE',
    '700': 'USER_SESSION_LIMIT_EXCEEDED',
    '745': 'SERVER_OVERLOADED',
    '999': 'KEEPER_EXCEPTION',
    '1000': 'POCO_EXCEPTION',
  };
  const codes = Object.keys(names);
  const { rows } = await connection
    .querier('default')
    .statement(`SELECT toString(arrayJoin([${codes.join(', ')}])) AS code, errorCodeToName(toUInt32(code)) AS name`);
  expect(Object.fromEntries(rows.map((row) => [row['code'], row['name']]))).toEqual(names);
  for (const code of codes) {
    const cause = new ClickHouseError({ code, message: 'no', type: names[code] ?? '' });
    expect(queryError(cause, 'q'), code).toMatchObject({ trouble: 'away', retryable: true });
  }
});

test('a lost connection may come back', () => {
  expect(queryError(new Error('socket hang up'), 'q')).toMatchObject({ code: 0, trouble: 'away', retryable: true });
});
