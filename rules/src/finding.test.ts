import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rule } from './kinds/registry.gen.ts';
import { check, columnsOf, tableOf } from './testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

test.each<[string, object, object, string]>([
  [
    'not_null',
    { column: 'note' },
    {},
    '1 of 3 rows (33.33%) has no `note`, 1 of them lacks the key, another 1 holds a value',
  ],
  [
    'unique',
    { columns: ['id'] },
    {},
    '2 of 3 rows (66.67%) share their `id` with another row: 1 key repeats, 1 row too many',
  ],
  ['accepted_values', { column: 'id', values: [1] }, {}, '1 of 3 values (33.33%) of `id` is not among the 1 accepted'],
  ['range', { column: 'id', max: 1 }, {}, '1 of 3 values (33.33%) of `id` is above 1'],
  ['matches', { column: 'word', pattern: '^a' }, {}, '1 of 1 value (100%) of `word` does not match ^a'],
  ['length', { column: 'word', max: 1 }, {}, '1 of 1 value (100%) of `word` has more than 1 character'],
  ['row_count', {}, { where: 'id = 2', fail: { value: '= 1' } }, 'There is 1 row; expected anything but 1.'],
  ['row_expression', { expression: 'id = 1' }, {}, '1 of 3 rows (33.33%) does not meet id = 1'],
  [
    'row_expression',
    { expression: 'id = 1' },
    { description: 'Every order is the first.' },
    '1 of 3 rows (33.33%) does not meet “Every order is the first”; expected none.',
  ],
  [
    'matches',
    { column: 'word', pattern: '^a' },
    { description: 'Words begin with a.' },
    '1 of 1 value (100%) of `word` does not match “Words begin with a”; expected none.',
  ],
  ['type_errors', {}, {}, '1 of 3 rows (33.33%) holds a value that does not fit its type (1 value)'],
  ['metric', { column: 'id', metric: 'mean' }, { where: 'id = 2', fail: { value: '> 1' } }, 'is 2 over 1 value;'],
  ['not_null', { column: 'id' }, { where: 'id = 2', min_rows: 5 }, 'Only 1 row to check, fewer than 5.'],
])('a finding of %s counts one as one', async (kind, config, more, words) => {
  const columns = columnsOf({ id: 'Int64', note: 'Int8', word: 'String' });
  const rows = await tableOf(engine, columns, [
    { id: 1, note: 5 },
    { id: 1, note: { type_error: 'x' }, word: 'bee' },
    { id: 2, word: null },
  ]);
  const given = rule.parse({ rule_id: 'r', kind, config, ...more });
  const { results } = await check(engine, {
    columns,
    event_time: null,
    rules: [{ rule: given, version: '1' }],
    rows,
    profile: false,
  });
  expect(results[0]?.finding).toContain(words);
});
