import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

async function text(query: string, format: 'TabSeparated' | 'CSV' = 'TabSeparated'): Promise<string> {
  return (await engine.client.query({ query, format })).text();
}

function url(params: Record<string, string>): string {
  return `${engine.url}/?${new URLSearchParams({ database: engine.database, ...params }).toString()}`;
}

it('answers a ping, by path and by query', async () => {
  expect(await engine.client.ping()).toEqual({ success: true });
  expect(await engine.client.ping({ select: true })).toEqual({ success: true });
});

describe('gives each format as one whole document', () => {
  const query = 'SELECT number AS n, toString(number) AS s FROM numbers(200000)';

  it('JSON, with meta and statistics', async () => {
    const result = await (await engine.client.query({ query, format: 'JSON' })).json<{ n: string; s: string }>();
    expect(result.meta).toEqual([
      { name: 'n', type: 'UInt64' },
      { name: 's', type: 'String' },
    ]);
    expect(result.data).toHaveLength(200_000);
    expect(result.data.at(-1)?.s).toBe('199999');
    expect(result.rows).toBe(200_000);
    expect(result.statistics?.rows_read).toBe(200_000);
  });

  it('CSVWithNames, with one header', async () => {
    const lines = (await (await engine.client.query({ query, format: 'CSVWithNames' })).text()).trimEnd().split('\n');
    expect(lines).toHaveLength(200_001);
    expect(lines.filter((line) => line.includes('"n"'))).toEqual(['"n","s"']);
  });

  it('RowBinaryWithNamesAndTypes and Parquet, whole', async () => {
    const binary = Buffer.from(
      await (await fetch(url({ query: `${query} FORMAT RowBinaryWithNamesAndTypes` }))).arrayBuffer(),
    );
    expect(binary.indexOf('UInt64')).toBeGreaterThan(0);
    expect(binary.indexOf('UInt64')).toBe(binary.lastIndexOf('UInt64'));
    const parquet = Buffer.from(await (await fetch(url({ query: `${query} FORMAT Parquet` }))).arrayBuffer());
    expect(parquet.indexOf('PAR1')).toBe(0);
    expect(parquet.indexOf('PAR1', 4)).toBe(parquet.length - 4);
  });

  it('Native, which can be read back', async () => {
    const native = Buffer.from(await (await fetch(url({ query: `${query} FORMAT Native` }))).arrayBuffer());
    await engine.client.command({ query: 'CREATE TABLE back (n UInt64, s String) ENGINE = MergeTree ORDER BY n' });
    const response = await fetch(url({ query: 'INSERT INTO back FORMAT Native' }), { method: 'POST', body: native });
    expect(response.status).toBe(200);
    expect(await text('SELECT count(), sum(n), sum(toUInt64(s)) FROM back')).toBe('200000\t19999900000\t19999900000\n');
  });

  it('JSON with totals', async () => {
    const rows = await engine.client.query({
      query: 'SELECT number % 2 AS k, count() AS c FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k',
      format: 'JSONCompact',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    });
    expect(await rows.json()).toMatchObject({
      data: [
        [0, '5'],
        [1, '5'],
      ],
      totals: [0, '10'],
    });
  });

  it('nothing for FORMAT Null', async () => {
    expect(await (await fetch(url({ query: `${query} FORMAT Null` }))).text()).toBe('');
  });
});

it('uses default_format, and TabSeparated without one', async () => {
  expect(await (await fetch(url({ query: "SELECT 1, 'a'" }))).text()).toBe('1\ta\n');
  const csv = await fetch(url({ query: "SELECT 1, 'a'", default_format: 'CSV' }));
  expect(await csv.text()).toBe('1,"a"\n');
  expect(csv.headers.get('x-clickhouse-format')).toBe('CSV');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=UTF-8; header=absent');
});

it('takes the query from the URL, from the body, or from both', async () => {
  const post = async (params: Record<string, string>, body: string): Promise<string> =>
    (await fetch(url(params), { method: 'POST', body })).text();
  expect(await post({ query: 'SELECT 1' }, '')).toBe('1\n');
  expect(await post({}, 'SELECT 2')).toBe('2\n');
  expect(await post({ query: 'SELECT' }, '3')).toBe('3\n');
});

it.each([
  ["SELECT ';' AS a;", ';\n'],
  ['SELECT 1;;; ', '1\n'],
  ['SELECT 1 -- a comment; { x: String }', '1\n'],
  ['/* FORMAT JSON */ SELECT 1 /* {x: String} /* nested */ ; */ ', '1\n'],
  ['SELECT 1 # a comment\n', '1\n'],
  ["SELECT $$FORMAT 'CSV';$$", "FORMAT \\'CSV\\';\n"],
  ['SELECT $a$ $$ {p: String} $a$ AS `FORMAT CSV`', ' $$ {p: String} \n'],
  ["SELECT 'it''s \\'{p: String}\\' -- no'", "it\\'s \\'{p: String}\\' -- no\n"],
  ['SELECT format FROM (SELECT 5 AS format)', '5\n'],
  ["SELECT format('{}-{}', 'a', 'b')", 'a-b\n'],
  ['(SELECT 1) UNION ALL (SELECT 1)', '1\n1\n'],
  ['WITH 7 AS seven SELECT seven', '7\n'],
  ["SELECT getSetting('max_block_size') SETTINGS max_block_size = 77", '77\n'],
])('understands %j', async (query, expected) => {
  expect(await text(query)).toBe(expected);
});

describe('finds the FORMAT of a statement', () => {
  beforeAll(async () => {
    await engine.client.command({
      query: 'CREATE TABLE formats (a UInt8, format String) ENGINE = MergeTree ORDER BY a',
    });
    await engine.client.command({ query: 'CREATE TABLE format (a UInt8) ENGINE = MergeTree ORDER BY a' });
    await engine.client.command({ query: 'CREATE TABLE finals (a UInt8) ENGINE = ReplacingMergeTree ORDER BY a' });
    await engine.client.insert({ table: 'finals', values: [{ a: 1 }], format: 'JSONEachRow' });
    await engine.client.insert({ table: 'formats', values: [{ a: 1, format: 'x' }], format: 'JSONEachRow' });
    await engine.client.insert({ table: 'format', values: [{ a: 1 }], format: 'JSONEachRow' });
  });

  it.each([
    ['SELECT a, count() FROM formats GROUP BY ALL FORMAT CSV', '1,1\n'],
    ['SELECT a FROM formats ORDER BY ALL FORMAT CSV', '1\n'],
    ['SELECT a FROM formats ORDER BY ALL DESC FORMAT CSV', '1\n'],
    ["SELECT * FROM formats WHERE format IN ('x') FORMAT CSV", '1,"x"\n'],
    ["SELECT * FROM formats WHERE format IN ('x')\nFORMAT\nCSV\n;\n", '1,"x"\n'],
    ['SELECT a /* c */ FROM formats -- c\n /* c */ FORMAT /* c */ CSV -- c', '1\n'],
    ['SELECT a FROM formats FORMAT CSV SETTINGS max_threads = 1', '1\n'],
    ['SELECT a FROM formats SETTINGS max_threads = 1 FORMAT CSV;', '1\n'],
    ['SELECT a FROM formats FORMAT `CSV`', '1\n'],
    ['SELECT a FROM formats FORMAT"CSV"', '1\n'],
    ['SELECT a AS x FROM formats AS format FORMAT CSV', '1\n'],
    ['SELECT 1 AS format FORMAT CSV SETTINGS max_threads = 1', '1\n'],
    ['SELECT 1 AS format FORMAT CSV', '1\n'],
    ['SELECT 1 AS all FORMAT CSV', '1\n'],
    ['SELECT 1 AS x FORMAT CSV', '1\n'],
    ['SELECT a FROM (SELECT 1 AS a) AS offset FORMAT CSV', '1\n'],
    ['SELECT format FROM formats FORMAT CSV', '"x"\n'],
    ['FROM formats SELECT format FORMAT CSV', '"x"\n'],
    ['FROM formats SELECT formats.format FORMAT CSV', '"x"\n'],
    ['FROM formats SELECT format x', 'x\n'],
    ['FROM formats SELECT a * length(format) FORMAT CSV', '1\n'],
    ['FROM formats SELECT *, * FORMAT CSV', '1,"x",1,"x"\n'],
    ['FROM formats SELECT formats.* FORMAT CSV', '1,"x"\n'],
    ['FROM formats SELECT * EXCEPT a FORMAT CSV', '"x"\n'],
    ['FROM formats SELECT COUNT(*) FORMAT CSV', '1\n'],
    ['FROM formats SELECT DISTINCT format FORMAT CSV', '"x"\n'],
    ["FROM formats SELECT CASE WHEN a = 2 THEN 'y' ELSE format END", 'x\n'],
    ["FROM formats SELECT CASE WHEN a = 2 THEN 'y' ELSE format END FORMAT CSV", '"x"\n'],
    ['SELECT a FROM formats ORDER BY format DESC', '1\n'],
    ['SELECT a FROM formats ORDER BY format DESC FORMAT CSV', '1\n'],
    ['FROM formats SELECT ALL format FORMAT CSV', '"x"\n'],
    ['FROM formats SELECT NOT length(format) AND a FORMAT CSV', '0\n'],
    ['FROM formats SELECT a IN (1) OR a NOT IN (2) FORMAT CSV', '1\n'],
    ["SELECT format FROM formats WHERE format NOT LIKE 'y' AND a BETWEEN 0 AND 1 FORMAT CSV", '"x"\n'],
    ['SELECT a FROM formats GROUP BY ALL HAVING a GLOBAL IN (1) FORMAT CSV', '1\n'],
    ['SELECT a FROM formats ORDER BY a ASC FORMAT CSV', '1\n'],
    ['SELECT a FROM formats ORDER BY a NULLS LAST FORMAT CSV', '1\n'],
    ['SELECT a FROM formats ORDER BY a WITH FILL FORMAT CSV', '1\n'],
    ['SELECT a FROM finals FINAL FORMAT CSV', '1\n'],
    ['SELECT a FROM finals AS format FINAL', '1\n'],
    ['SELECT a FROM format f', '1\n'],
    ['SELECT a FROM format', '1\n'],
    ['SELECT a FROM format FORMAT CSV', '1\n'],
    ['SELECT f.a FROM formats, format f', '1\n'],
    ['SELECT f.a FROM formats CROSS JOIN format f', '1\n'],
    ['SELECT a FROM formats JOIN format USING a FORMAT CSV', '1\n'],
    ['SELECT a FROM formats JOIN format USING (a) FORMAT CSV', '1\n'],
    ['SELECT a FROM formats LIMIT 1 FORMAT CSV', '1\n'],
    ['SELECT a FROM formats LIMIT 1 OFFSET 0 FORMAT CSV', '1\n'],
    ['SELECT a FROM formats ORDER BY a OFFSET 0 ROWS FETCH FIRST 1 ROWS ONLY FORMAT CSV', '1\n'],
    ['SELECT a FROM formats LIMIT 1 BY a FORMAT CSV', '1\n'],
    ['SELECT a, count() FROM formats GROUP BY a WITH TOTALS FORMAT CSV', '1,1\n\n0,1\n'],
    ['SELECT a, count() FROM formats GROUP BY a WITH ROLLUP ORDER BY a FORMAT CSV', '0,1\n1,1\n'],
    ['SELECT 1 UNION ALL SELECT 1 FORMAT CSV', '1\n1\n'],
    ['(SELECT 1) UNION DISTINCT (SELECT 1) FORMAT CSV', '1\n'],
    ['(SELECT 1) FORMAT CSV', '1\n'],
    ['SELECT 1 EXCEPT SELECT 2 FORMAT CSV', '1\n'],
    ['SELECT [1, 2] FORMAT CSV', '"[1,2]"\n'],
    ['SELECT (1, 2).2 FORMAT CSV', '2\n'],
    ['SELECT 1. FORMAT CSV', '1\n'],
    ['SELECT 1.5 FORMAT CSV', '1.5\n'],
    ['SELECT 1e+2 FORMAT CSV', '100\n'],
    ["SELECT '1'::UInt8 FORMAT CSV", '1\n'],
    ['SELECT a IS NOT NULL FROM formats WHERE a IS NOT DISTINCT FROM 1 FORMAT CSV', '1\n'],
    ['SELECT NULL FORMAT CSV', '\\N\n'],
    ["SELECT INTERVAL 1 DAY = INTERVAL '1' DAY FORMAT CSV", '1\n'],
    ["SELECT DATE '2026-01-02' FORMAT CSV", '"2026-01-02"\n'],
    ['SELECT arrayMap(x -> x + 1, [1])[1] FORMAT CSV', '2\n'],
    ['WITH format AS (SELECT 1 AS n) SELECT n FROM format FORMAT CSV', '1\n'],
    ['WITH 1 AS format SELECT format FORMAT CSV', '1\n'],
    ['SELECT sum(a) OVER w FROM formats WINDOW w AS () FORMAT CSV', '1\n'],
    ['EXISTS TABLE system.one FORMAT CSV', '1\n'],
    ['EXISTS TABLE format FORMAT CSV', '1\n'],
    ['EXISTS TABLE format', '1\n'],
  ])('%j', async (query, expected) => {
    const inUrl = await (await fetch(url({ query }))).text();
    const inBody = await (await fetch(url({}), { method: 'POST', body: query })).text();
    expect(inUrl).toBe(expected);
    expect(inBody).toBe(expected);
  });

  it.each(['OPTIMIZE TABLE format FINAL', 'ALTER TABLE format DELETE WHERE 0', 'DROP TABLE format SYNC'])(
    'and takes none from %s',
    async (query) => {
      const response = await fetch(url({ query }), { method: 'POST' });
      expect([response.status, await response.text()]).toEqual([200, '']);
    },
  );
});

it.each(['EXISTS system.one', "SHOW DATABASES LIKE 'system'", 'DESCRIBE TABLE system.one', 'EXPLAIN SYNTAX SELECT 1'])(
  'gives the answer of %s in the format that is asked for',
  async (query) => {
    const result = await (await engine.client.query({ query, format: 'JSONEachRow' })).json();
    expect(result).toHaveLength(query.startsWith('EXPLAIN') ? 2 : 1);
  },
);

it('sends back the query id, its own or the caller’s', async () => {
  const own = await engine.client.query({ query: 'SELECT 1', query_id: 'mine-1' });
  expect(own.query_id).toBe('mine-1');
  expect(own.response_headers['x-clickhouse-query-id']).toBe('mine-1');
  await own.text();
  const response = await fetch(url({ query: 'SELECT 1' }));
  expect(response.headers.get('x-clickhouse-query-id')).toMatch(/^[0-9a-f-]{36}$/);
  await response.text();
});

it('uses the database of the request, and only for it', async () => {
  await engine.client.command({
    query: 'CREATE DATABASE IF NOT EXISTS {db: Identifier}',
    query_params: { db: `${engine.database}_2` },
  });
  try {
    const other = engine.connect({ database: `${engine.database}_2` });
    await other.command({ query: 'CREATE TABLE here (a UInt8) ENGINE = Memory' });
    expect(await (await other.query({ query: 'EXISTS here', format: 'TabSeparated' })).text()).toBe('1\n');
    expect(await text('EXISTS here')).toBe('0\n');
    const unknown = engine.connect({ database: 'no_such_database' });
    await expect(unknown.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '81' });
  } finally {
    await engine.client.command({
      query: 'DROP DATABASE {db: Identifier}',
      query_params: { db: `${engine.database}_2` },
    });
  }
});

it('lets GET read and nothing else', async () => {
  expect(await (await fetch(url({ query: 'SELECT 1' }))).text()).toBe('1\n');
  const refused = await fetch(url({ query: 'CREATE TABLE by_get (a UInt8) ENGINE = Memory' }));
  expect(refused.status).not.toBe(200);
  expect(refused.headers.get('x-clickhouse-exception-code')).toBe('164');
  await refused.text();
});

it('compresses the response when it is asked to', async () => {
  for (const codec of ['gzip', 'zstd', 'br'] as const) {
    const client = engine.connect({ compression: { response: { codec } } });
    const result = await client.query({ query: 'SELECT number FROM numbers(300000)', format: 'CSV' });
    expect(result.response_headers['content-encoding']).toBe(codec);
    expect((await result.text()).length).toBe(1_988_890);
  }
});

it('closes the connection’s life as HTTP says', async () => {
  const response = await fetch(url({ query: 'SELECT 1' }), { headers: { Connection: 'close' } });
  expect(await response.text()).toBe('1\n');
  expect((await fetch(`${engine.url}/nothing/here`)).status).toBe(404);
});
