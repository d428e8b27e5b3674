import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({ env: { ASSAY_ENGINE_SESSIONS: '5' } });
  await engine.client.command({
    query: 'CREATE TABLE shared (client UInt32, n UInt32, s String) ENGINE = MergeTree ORDER BY (client, n)',
  });
});
afterAll(() => engine[Symbol.asyncDispose]());

it('serves 32 clients at once, each its own answers', async () => {
  const one = async (client: number): Promise<void> => {
    const own = engine.connect();
    for (let n = 0; n < 10; n += 1) {
      await own.insert({ table: 'shared', values: [{ client, n, s: `${client}-${n}` }], format: 'JSONEachRow' });
      const back = await own.query({
        query:
          "SELECT count() AS c, max(s) AS s, {echo: String} AS e, getSetting('max_block_size') AS b FROM shared WHERE client = {client: UInt32}",
        query_params: { client, echo: `echo ${client}` },
        format: 'JSONEachRow',
        clickhouse_settings: { max_block_size: String(1000 + client), output_format_json_quote_64bit_integers: 0 },
      });
      expect(await back.json()).toEqual([{ c: n + 1, s: `${client}-${n}`, e: `echo ${client}`, b: 1000 + client }]);
    }
  };
  await Promise.all(Array.from({ length: 32 }, (_, client) => one(client)));
  const total = await engine.client.query({ query: 'SELECT count(), uniqExact(s) FROM shared', format: 'CSV' });
  expect(await total.text()).toBe('320,320\n');
});

it('lets writes run while readers hold as many streams as they can', async () => {
  const held = await Promise.all(
    Array.from({ length: 3 }, () => engine.client.query({ query: 'SELECT number FROM system.numbers', format: 'CSV' })),
  );
  await engine.client.insert({ table: 'shared', values: [{ client: 99, n: 1, s: 'x' }], format: 'JSONEachRow' });
  await engine.client.command({ query: 'OPTIMIZE TABLE shared' });
  for (const result of held) result.close();
  const count = await engine.client.query({ query: 'SELECT count() FROM shared WHERE client = 99', format: 'CSV' });
  expect(await count.text()).toBe('1\n');
});
