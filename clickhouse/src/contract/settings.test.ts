import { SettingsMap } from '@clickhouse/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  // Few sessions, so that each request follows another one on the same session.
  engine = await startTestEngine({ env: { ASSAY_ENGINE_SESSIONS: '3' } });
});
afterAll(() => engine[Symbol.asyncDispose]());

async function setting(name: string, clickhouse_settings: Record<string, string | number> = {}): Promise<string> {
  const result = await engine.client.query({
    query: `SELECT toString(getSetting('${name}'))`,
    format: 'TabSeparated',
    clickhouse_settings,
  });
  return (await result.text()).trimEnd();
}

it('keeps a setting to its request', async () => {
  const before = await setting('max_block_size');
  for (let time = 0; time < 10; time += 1) {
    expect(await setting('max_block_size', { max_block_size: '4321' })).toBe('4321');
    expect(await setting('max_block_size')).toBe(before);
  }
});

it('goes back to the engine’s own limits, not to none', async () => {
  const before = await setting('max_memory_usage');
  expect(await setting('max_memory_usage', { max_memory_usage: '1000000000' })).toBe('1000000000');
  for (let time = 0; time < 10; time += 1) expect(await setting('max_memory_usage')).toBe(before);
});

it('keeps a setting to its request when the request fails', async () => {
  const before = await setting('max_block_size');
  for (const query of ['SELECT nope', 'SELECT throwIf(1)', 'SELECT', 'INSERT INTO nope FORMAT CSV']) {
    await expect(engine.client.command({ query, clickhouse_settings: { max_block_size: '4321' } })).rejects.toThrow();
  }
  for (let time = 0; time < 10; time += 1) expect(await setting('max_block_size')).toBe(before);
});

it('keeps readonly to its request', async () => {
  await expect(
    engine.client.command({
      query: 'CREATE TABLE not_made (a UInt8) ENGINE = Memory',
      clickhouse_settings: { readonly: '1' },
    }),
  ).rejects.toMatchObject({ code: '164' });
  for (let time = 0; time < 10; time += 1) {
    await engine.client.command({ query: `CREATE TABLE made_${time} (a UInt8) ENGINE = Memory` });
  }
});

it('keeps SET, USE and temporary tables to their request', async () => {
  const before = await setting('max_block_size');
  await engine.client.command({ query: '/* first */ SET max_block_size = 1234' });
  await engine.client.command({ query: 'USE system' });
  await engine.client.command({ query: 'CREATE TEMPORARY TABLE passing (a UInt8)' });
  for (let time = 0; time < 10; time += 1) {
    expect(await setting('max_block_size')).toBe(before);
    const database = await engine.client.query({
      query: 'SELECT currentDatabase() != {s: String}, (SELECT count() FROM system.tables WHERE name = {t: String})',
      query_params: { s: 'system', t: 'passing' },
      format: 'TabSeparated',
    });
    expect(await database.text()).toBe('1\t0\n');
  }
});

it('takes the caller’s log comment', async () => {
  expect(await setting('log_comment', { log_comment: 'it\'s {"mine": 1}' })).toContain('mine');
});

it('takes settings of all kinds', async () => {
  const filtered = await engine.client.query({
    query: 'SELECT number FROM system.numbers LIMIT 3',
    format: 'TabSeparated',
    clickhouse_settings: {
      additional_table_filters: SettingsMap.from({ 'system.numbers': 'number != 1' }),
    },
  });
  expect(await filtered.text()).toBe('0\n2\n3\n');
  expect(await setting('format_csv_delimiter', { format_csv_delimiter: "'" })).toBe("\\'");
  expect(await setting('join_use_nulls', { join_use_nulls: 1 })).toMatch(/^(?:1|true)$/);
});

it('takes back every setting at the value it has', async () => {
  const result = await engine.client.query({
    query: "SELECT name, value FROM system.settings WHERE name NOT IN ('readonly', 'log_comment') AND NOT is_obsolete",
    format: 'JSONCompactEachRow',
  });
  const settings = await result.json<[string, string]>();
  expect(settings.length).toBeGreaterThan(500);
  for (let at = 0; at < settings.length; at += 100) {
    const some = Object.fromEntries(settings.slice(at, at + 100));
    await engine.client.command({ query: 'SELECT 1', clickhouse_settings: some });
  }
});

it.each([
  ['no_such_setting', '1', '115'],
  ['max_threads', 'many', /^\d+$/],
])('refuses the setting %s = %s and goes on', async (name, value, code) => {
  const failure = await engine.client.command({ query: 'SELECT 1', clickhouse_settings: { [name]: value } }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(failure).toMatchObject({ code: typeof code === 'string' ? code : expect.stringMatching(code) });
  for (let time = 0; time < 5; time += 1) expect(await engine.client.ping({ select: true })).toEqual({ success: true });
});

it('stops at the time limit of the request', async () => {
  await expect(
    engine.client.query({
      query: 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))',
      clickhouse_settings: { max_execution_time: 1 },
    }),
  ).rejects.toMatchObject({ code: '159' });
});

it('stops at the memory limit of the request and goes on', async () => {
  await expect(
    engine.client.query({
      query: 'SELECT length(groupArray(number)) FROM numbers(100000000)',
      clickhouse_settings: { max_memory_usage: '50000000' },
    }),
  ).rejects.toMatchObject({ code: '241', type: 'MEMORY_LIMIT_EXCEEDED' });
  expect(await engine.client.ping({ select: true })).toEqual({ success: true });
});
