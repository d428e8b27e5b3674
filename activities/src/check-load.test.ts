import {
  anomaliesOfCheck,
  countFailedRows,
  dataColumns,
  dataTable,
  failedRowsOfCheck,
  loadById,
  resultsOfCheck,
} from '@assay/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test('what the engine refuses is the error of the rule it belongs to: the check ends, and the others have their verdicts and rows', async () => {
  await stack.describe(
    'holed',
    `source: holed
event_time: at
key: [id]
columns:
  id: { type: Int64 }
  amount: { type: Int64 }
  at: { type: DateTime }
  note: { type: String }
rules:
  - { id: amount-present, not_null: { column: amount } }
  - { id: amount-small, range: { column: amount, max: 10 }, evidence: [note] }
  - { id: enough-an-hour, row_count: {}, window: 1 hour, fail: { value: '< 1' } }
  - { id: note-present, not_null: { column: note } }
`,
  );
  const { load } = await stack.ingest({
    source: 'holed',
    name: 'a.jsonl',
    bytes:
      '{"id":1,"amount":null,"at":"2026-01-01 00:00:00","note":"x"}\n{"id":2,"amount":99,"at":"2026-01-01 00:00:00","note":"y"}\n',
  });
  expect(load).toMatchObject({ state: 'loaded', verdict: 'fail' });

  const numbers = new Map((await dataColumns(stack.db, load.source_id)).map(({ name, number }) => [name, number]));
  for (const name of ['at', 'note']) {
    await stack.db.command(`ALTER TABLE ${dataTable(load.source_id)} DROP COLUMN c_${String(numbers.get(name))}`);
  }
  const after = await stack.recheck(load);
  expect(after).toMatchObject({ state: 'loaded', verdict: 'error' });

  const results = await resultsOfCheck(stack.db, after.load_id, after.check_id);
  const said = new Map(results.map((result) => [result.rule_id, result]));
  expect(said.get('amount-present')).toMatchObject({
    verdict: 'fail',
    finding: expect.not.stringMatching(/looked up/),
  });
  expect(said.get('enough-an-hour')).toMatchObject({
    verdict: 'error',
    reason: expect.stringMatching(/^the engine could not tell its windows: Unknown expression .*c_\d/),
  });
  expect(said.get('note-present')).toMatchObject({
    verdict: 'error',
    reason: expect.stringMatching(/^the engine could not evaluate it: Unknown expression .*c_\d/),
  });
  expect(said.get('amount-small')).toMatchObject({
    verdict: 'fail',
    finding: expect.stringMatching(/The rows behind it could not be looked up: Unknown expression .*c_\d/),
  });
  const evidence = await failedRowsOfCheck(stack.db, {
    load_id: after.load_id,
    check_id: after.check_id,
    rule_id: '',
    limit: 10,
    offset: 0,
  });
  expect(evidence.map(({ line, rule_ids }) => ({ line, rule_ids }))).toEqual([
    { line: '1', rule_ids: ['amount-present'] },
  ]);
});

test('evidence is told by segment, and a window that other files have rows in says how many are of this one', async () => {
  await stack.describe(
    'parted',
    `source: parted
event_time: at
columns:
  country: { type: String }
  amount: { type: Int64 }
  at: { type: DateTime }
rules:
  - { id: amount-present, not_null: { column: amount }, by: [country] }
  - { id: enough-a-day, row_count: {}, window: 1 day, fail: { value: '< 9' } }
`,
  );
  const lines = (...rows: [country: string, amount: number | null][]) =>
    rows
      .map(([country, amount]) => `{"country":"${country}","amount":${String(amount)},"at":"2026-01-01 00:00:00"}\n`)
      .join('');
  const alone = await stack.ingest({ source: 'parted', name: 'a.jsonl', bytes: lines(['DE', 1], ['FR', 2]) });
  const { load } = await stack.ingest({
    source: 'parted',
    name: 'b.jsonl',
    bytes: lines(['DE', null], ['FR', null], ['FR', null]),
  });
  const { load_id, check_id } = load;
  const rowsOf = (segment?: string) =>
    failedRowsOfCheck(stack.db, { load_id, check_id, rule_id: 'amount-present', segment, limit: 10, offset: 0 });
  expect((await rowsOf('country=FR')).map(({ line, segments }) => [line, segments])).toEqual([
    ['2', ['country=FR']],
    ['3', ['country=FR']],
  ]);
  expect((await rowsOf('country=DE')).map(({ line }) => line)).toEqual(['1']);
  expect(await rowsOf('country=NL')).toEqual([]);
  expect((await rowsOf()).map(({ line }) => line)).toEqual(['1', '2', '3']);
  const asked = { load_id, check_id, rule_id: 'amount-present' };
  expect([
    await countFailedRows(stack.db, asked),
    await countFailedRows(stack.db, { ...asked, segment: 'country=FR' }),
  ]).toEqual([3, 2]);
  const anomalies = await anomaliesOfCheck(stack.db, load_id, check_id);
  expect(anomalies.map(({ segment, evidence }) => [segment, evidence])).toEqual([
    ['country=DE', '1'],
    ['country=FR', '2'],
    ['', '0'],
  ]);

  const windowOf = async (of: { load_id: string; check_id: string }) =>
    (await resultsOfCheck(stack.db, of.load_id, of.check_id)).find(({ rule_id }) => rule_id === 'enough-a-day')
      ?.finding;
  expect(await windowOf(alone.load)).not.toContain('in this file');
  expect(await windowOf(load)).toMatch(/ Of the 5 rows looked at in this window, 3 are in this file\.$/);
});

test('a load whose predecessor is gone takes its place all the same', async () => {
  const gone = await stack.ingest({ source: 'replacing', name: 'a.jsonl', bytes: '{"a":1}\n' });
  await stack.db.command(`DELETE FROM commits WHERE load_id = ${gone.load.load_id}`);
  const { load } = await stack.ingest({
    source: 'replacing',
    name: 'b.jsonl',
    bytes: '{"a":2}\n',
    replaces: gone.load.load_id,
  });
  expect(load).toMatchObject({ state: 'loaded', verdict: 'pass' });
});

test('a check whose source is deleted meanwhile ends at once and leaves nothing behind', async () => {
  const { load } = await stack.ingest({ source: 'vanishing', name: 'a.jsonl', bytes: '{"a":1}\n' });
  await stack.db.command(`DELETE FROM sources WHERE source_id = ${load.source_id}`);
  await expect(stack.recheck(load)).rejects.toThrow();
  expect(await loadById(stack.db, load.load_id)).toEqual(load);
  await stack.db.command(`DELETE FROM loads WHERE source_id = ${load.source_id}`);
  await expect(stack.recheck(load, 2)).rejects.toThrow();
  expect(await loadById(stack.db, load.load_id)).toBeUndefined();
});
