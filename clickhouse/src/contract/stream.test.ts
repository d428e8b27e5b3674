import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine({ env: { ASSAY_ENGINE_STREAM_IDLE_MS: '700' } });
});
afterAll(() => engine[Symbol.asyncDispose]());

const FIVE_MILLION = 'SELECT number AS n, toString(cityHash64(number)) AS s FROM numbers(5000000)';

/** Statements that run under this query id: a server calls them so, the embedded engine keeps it in a comment. */
async function running(queryId: string): Promise<number> {
  const result = await engine.client.query({
    query: `
      SELECT count() FROM system.processes
      WHERE {id: String} IN (query_id, JSONExtractString(Settings['log_comment'], 'q'))`,
    query_params: { id: queryId },
    format: 'TabSeparated',
  });
  return Number(await result.text());
}

async function untilRunning(queryId: string, wanted: number): Promise<void> {
  await expect.poll(() => running(queryId), { timeout: 10_000, interval: 20 }).toBe(wanted);
}

async function engineMemory(): Promise<number> {
  const status = await readFile(`/proc/${engine.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

it('streams 5 million rows, all of them, in order', async () => {
  const result = await engine.client.query({
    query: `${FIVE_MILLION} ORDER BY n`,
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  let next = 0;
  for await (const rows of result.stream<[number, string]>()) {
    for (const row of rows) {
      if (!row.text.startsWith(`[${next}, `) && !row.text.startsWith(`[${next},`))
        throw new Error(`row ${next} is ${row.text}`);
      next += 1;
    }
  }
  expect(next).toBe(5_000_000);
});

it('holds back while the reader is slow, in bounded memory', async ({ skip }) => {
  skip(!engine.embedded, 'the memory of a server is not ours to measure');
  skip(process.platform !== 'linux', 'memory is read from /proc');
  const before = await engineMemory();
  const socket = connect(Number(new URL(engine.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.pause();
  const query = encodeURIComponent(`SELECT repeat('x', 1000) FROM numbers(5000000)`);
  socket.write(`POST /?query=${query}&query_id=slow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`);
  await untilRunning('slow', 1);
  expect((await engineMemory()) - before).toBeLessThan(150_000_000);
  socket.destroy();
  await untilRunning('slow', 0);
});

it('cuts a result whose reader has stopped', async ({ skip }) => {
  skip(!engine.embedded, 'a server has its own send_timeout');
  const socket = connect(Number(new URL(engine.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.pause();
  const query = encodeURIComponent(`SELECT repeat('x', 1000) FROM numbers(50000000)`);
  socket.write(`POST /?query=${query}&query_id=stuck HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`);
  await untilRunning('stuck', 1);
  await untilRunning('stuck', 0);
  socket.destroy();
});

it.each(['JSONEachRow', 'JSONCompactEachRow', 'CSV', 'TabSeparated'] as const)(
  'never lets a result that failed in its middle look complete: %s',
  async (format) => {
    const result = await engine.client.query({
      query: "SELECT number, throwIf(number = 3000000, 'boom in the middle') FROM numbers(10000000)",
      format,
    });
    const read = async (): Promise<number> => {
      let rows = 0;
      for await (const chunk of result.stream()) rows += chunk.length;
      return rows;
    };
    // The client names the cause when the engine's last words reach it in one piece.
    await expect(read()).rejects.toThrow(/boom in the middle|error in the stream|aborted/);
  },
);

it('breaks off the connection of a failed result for readers that look at nothing else', async () => {
  for (const compression of [{}, { compression: { response: true } }]) {
    const client = engine.connect(compression);
    const result = await client.query({
      query: "SELECT number, throwIf(number = 3000000, 'boom') AS t FROM numbers(10000000)",
      format: 'JSON',
    });
    await expect(result.text()).rejects.toThrow();
  }
});

it('gives a failure in a small result its true status', async () => {
  for (const format of ['JSON', 'JSONEachRow', 'Parquet'] as const) {
    await expect(
      engine.client.query({ query: "SELECT throwIf(number = 3, 'boom') FROM numbers(10)", format }),
    ).rejects.toMatchObject({ code: '395' });
  }
});

it('stops a query when its reader goes away in the middle', async () => {
  const result = await engine.client.query({
    query: 'SELECT number FROM system.numbers',
    format: 'CSV',
    query_id: 'reader-gone',
    clickhouse_settings: { cancel_http_readonly_queries_on_client_close: 1 },
  });
  const stream = result.stream();
  await once(stream, 'data');
  result.close();
  stream.on('error', () => undefined);
  stream.destroy();
  await untilRunning('reader-gone', 0);
});

it('stops a query that has given nothing yet when its client aborts', async () => {
  const abort = new AbortController();
  const query = engine.client.query({
    query: 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))',
    query_id: 'aborted',
    abort_signal: abort.signal,
    clickhouse_settings: { cancel_http_readonly_queries_on_client_close: 1 },
  });
  await untilRunning('aborted', 1);
  abort.abort();
  await expect(query).rejects.toThrow('The user aborted a request.');
  await untilRunning('aborted', 0);
});

it('stops a query by KILL QUERY with the id its caller gave', async () => {
  const query = engine.client.query({
    query: 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))',
    query_id: 'to-kill',
  });
  const outcome = expect(query).rejects.toMatchObject({ code: '394' });
  await untilRunning('to-kill', 1);
  await engine.client.command({
    query: 'KILL QUERY WHERE query_id = {id: String} ASYNC',
    query_params: { id: 'to-kill' },
  });
  await outcome;
});

it('stops the write of a client that went away', async ({ skip }) => {
  skip(!engine.embedded, 'a server finishes the write');
  await engine.client.command({ query: 'CREATE TABLE slow_write (n UInt64) ENGINE = MergeTree ORDER BY n' });
  const abort = new AbortController();
  const insert = engine.client.command({
    query: 'INSERT INTO slow_write SELECT number FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))',
    query_id: 'write-gone',
    abort_signal: abort.signal,
  });
  await untilRunning('write-gone', 1);
  abort.abort();
  await expect(insert).rejects.toThrow();
  await untilRunning('write-gone', 0);
});

it('leaves the others alone when one query is aborted', async () => {
  const abort = new AbortController();
  const results = await Promise.allSettled(
    [0, 1, 2, 3]
      .map(async (n) => {
        const result = await engine.client.query({
          query: `SELECT sleep(0.4), ${n}`,
          format: 'CSV',
          ...(n === 2 ? { abort_signal: abort.signal } : {}),
        });
        if (n === 0) abort.abort();
        return result.text();
      })
      .concat(
        untilRunning('none', 0)
          .then(() => abort.abort())
          .then(() => 'aborted'),
      ),
  );
  expect(results.map((result) => result.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
});
