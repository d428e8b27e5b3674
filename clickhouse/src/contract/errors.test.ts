import { ClickHouseError } from '@clickhouse/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

it.each([
  ['SELECT number FR', '47', 'UNKNOWN_IDENTIFIER'],
  ['SELECT * FROM unknown_table', '60', 'UNKNOWN_TABLE'],
  ["SELECT * FROM 'unknown.csv'", '60', 'UNKNOWN_TABLE'],
  ['SELECT * FRON unknown_table', '62', 'SYNTAX_ERROR'],
  ['SELECT 1; SELECT 2', '62', 'SYNTAX_ERROR'],
  ['', '62', 'SYNTAX_ERROR'],
  ['SELECT 1 FORMAT NoSuchFormat', '73', 'UNKNOWN_FORMAT'],
  ['SELECT toUInt8(1, 2, 3, 4)', '42', 'NUMBER_OF_ARGUMENTS_DOESNT_MATCH'],
  ['SELECT no_such_function(1)', '46', 'UNKNOWN_FUNCTION'],
  ["SELECT throwIf(1, 'my (words) {here}')", '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
  ["SELECT 1 INTO OUTFILE 'x.csv'", /./, /./],
])('gives the code and name of %j', async (query, code, type) => {
  const failure: unknown = await engine.client.exec({ query }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(failure).toBeInstanceOf(ClickHouseError);
  expect(failure).toMatchObject({
    code: typeof code === 'string' ? code : expect.stringMatching(code),
    type: typeof type === 'string' ? type : expect.stringMatching(type),
  });
});

it('keeps the engine’s own words, and adds none of ours', async () => {
  const failure = await engine.client
    .query({ query: "SELECT throwIf(1, 'my (words) {here}')" })
    .catch((cause: unknown) => cause);
  expect(String(failure)).toContain('my (words) {here}');
  const syntax = await engine.client.query({ query: 'SELECT * FRON unknown_table' }).catch((cause: unknown) => cause);
  expect(String(syntax)).not.toContain('OUTFILE');
});

it('answers a failure with its code in the header and the text in the body', async () => {
  const response = await fetch(`${engine.url}/?query=SELECT+nope`);
  expect(response.ok).toBe(false);
  expect(response.headers.get('x-clickhouse-exception-code')).toBe('47');
  expect(await response.text()).toMatch(/^Code: 47\. DB::Exception: .*\(UNKNOWN_IDENTIFIER\)/);
});

it('refuses a body that claims a coding it has not', async () => {
  const response = await fetch(`${engine.url}/?query=SELECT+1`, {
    method: 'POST',
    body: 'x',
    headers: { 'Content-Encoding': 'no-such-coding' },
  });
  expect(response.ok).toBe(false);
  await response.text();
});
