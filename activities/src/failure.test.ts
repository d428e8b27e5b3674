import { QueryError } from '@assay/clickhouse';
import { ServiceError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { activityFailure } from './failure.ts';

function engine(trouble: QueryError['trouble']): QueryError {
  return new QueryError('no', { code: 1, trouble, query_id: 'q', cause: undefined });
}

function system(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code });
}

const errors: readonly [string, unknown, string, boolean][] = [
  ['an engine that is away', engine('away'), 'engine_unavailable', false],
  ['an engine that is strained', engine('strained'), 'engine_unavailable', false],
  ['a statement that the engine refuses', engine('refused'), 'engine_refused', true],
  ['Temporal that is away', new ServiceError('no', { cause: new Error('no') }), 'temporal_unavailable', false],
  ['a full disk', system('ENOSPC'), 'ENOSPC', false],
  ['a file that is gone', system('ENOENT'), 'ENOENT', true],
  ['what is stored and cannot be read', z.strictObject({}).safeParse(1).error, 'unreadable', true],
  ['a mistake of ours', new TypeError('x is not a function'), 'unexpected', true],
  ['what is no error', 'no', 'unexpected', true],
];

test.each(errors)('%s is repeated for ever only where it may pass', (_, error, type, final) => {
  const at = (attempt: number, activity = 'checkLoad') =>
    activityFailure(error, { activity, attempt, attempts_max: 10 });
  expect(at(1)).toMatchObject({ type, nonRetryable: false });
  expect(at(9)).toMatchObject({ type, nonRetryable: false });
  expect(at(10)).toMatchObject({ type, nonRetryable: final });
  expect(at(500, 'projectIncident')).toMatchObject({ type, nonRetryable: false });
  expect(at(500, 'appendSource')).toMatchObject({ type, nonRetryable: false });
});

test('what an activity decided itself, and a cancellation, stay as they are', () => {
  const attempt = { activity: 'loadFile', attempt: 1, attempts_max: 10 };
  for (const error of [ApplicationFailure.nonRetryable('no', 'source_removed'), new CancelledFailure('stop')]) {
    expect(activityFailure(error, attempt)).toBe(error);
  }
});
