import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

describe.skipIf(process.env['CLICKHOUSE_URL'])(
  'the engine process (CLICKHOUSE_URL names a server, which has none)',
  () => {
    let engine: TestEngine;
    beforeAll(async () => {
      engine = await startTestEngine();
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const call = request(`${engine.url}/?query=SELECT+1`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('error', reject).end();
      });

    it('answers loopback names only, so that no web page reaches it', async () => {
      expect(await status({ host: 'localhost:4401' })).toBe(200);
      expect(await status({ host: '127.0.0.1' })).toBe(200);
      expect(await status({ host: '[::1]:4401' })).toBe(200);
      expect(await status({ host: 'rebound.example' })).toBe(403);
      expect(await status({ host: '127.0.0.1.rebound.example' })).toBe(403);
      expect(await status({ origin: 'https://page.example' })).toBe(403);
      expect(await status({ origin: 'null' })).toBe(403);
    });

    it.each([
      ["SELECT * FROM file('/etc/hostname', LineAsString)", '497'],
      ["SELECT file('/etc/hostname')", '497'],
      ["SELECT * FROM '/etc/hostname'", '60'],
      ["SELECT * FROM url('http://127.0.0.1:1/', LineAsString)", '497'],
      ["DESCRIBE TABLE url('http://127.0.0.1:1/', LineAsString)", '497'],
      ["DESCRIBE TABLE s3('http://127.0.0.1:1/bucket/x.csv')", '497'],
      ["SELECT * FROM remote('127.0.0.1:1', system.one)", '497'],
      ["SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')", '497'],
      ['CREATE TABLE f (a UInt8) ENGINE = File(TSV)', '497'],
      ["CREATE TABLE u (a UInt8) ENGINE = URL('http://127.0.0.1:1/', TSV)", '497'],
      [
        "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a SOURCE(HTTP(URL 'http://127.0.0.1:1/' FORMAT TSV)) LAYOUT(FLAT()) LIFETIME(0)",
        '497',
      ],
      ["SELECT 1 INTO OUTFILE '/tmp/out'", '48'],
      ["INSERT INTO FUNCTION file('/tmp/out', TSV, 'a UInt8') SELECT 1", '497'],
      ["INSERT INTO FUNCTION null('a String') FROM INFILE '/etc/hostname' FORMAT LineAsString", '48'],
      ["BACKUP DATABASE assay TO File('/tmp/out')", '497'],
      ['SYSTEM SHUTDOWN', '497'],
      ['CREATE USER u', '497'],
    ])('reaches no file and no other machine: %s', async (query, code) => {
      await expect(engine.client.command({ query })).rejects.toMatchObject({ code });
    });

    it('reads no file from inside an input() load, which may read the spool', async () => {
      await engine.client.command({ query: 'CREATE TABLE loaded (a String) ENGINE = Null' });
      const query =
        "INSERT INTO loaded SELECT a FROM input('a String') WHERE a IN (SELECT * FROM {f: Identifier}) FORMAT LineAsString";
      const load = engine.client.exec({
        query,
        query_params: { f: '/etc/hostname' },
        values: Readable.from(['x'], { objectMode: false }),
      });
      await expect(load).rejects.toMatchObject({ code: '60' });
    });

    it.each(['INSERT INTO t SELECT 1', 'INSERT INTO t VALUES (1)', "INSERT INTO t SELECT * FROM input('a UInt8')"])(
      'refuses a body after %s',
      async (query) => {
        const response = await fetch(`${engine.url}/?${new URLSearchParams({ query }).toString()}`, {
          method: 'POST',
          body: '1',
        });
        expect(response.headers.get('x-clickhouse-exception-code')).toBe('48');
        await response.text();
      },
    );

    it.each(['session_id', 'role', 'compress', 'client_protocol_version'])('says that it has no %s', async (name) => {
      const response = await fetch(`${engine.url}/?query=SELECT+1&${name}=1`);
      expect(response.headers.get('x-clickhouse-exception-code')).toBe('48');
      expect(await response.text()).toContain(name);
    });

    it('names the port that is taken, and ends with what started it when tied to it', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'assay-engine-'));
      const main = fileURLToPath(new URL('main.ts', import.meta.url));
      const env = { ...process.env, ASSAY_DATA_DIR: folder, ASSAY_ENGINE_PORT: new URL(engine.url).port };
      const taken = spawn(process.execPath, [main], { env });
      let errors = '';
      taken.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      expect(await once(taken, 'exit')).toEqual([1, null]);
      expect(errors).toContain(`port ${env.ASSAY_ENGINE_PORT} is taken`);
      const tied = spawn(process.execPath, [main], { env: { ...env, ASSAY_ENGINE_PORT: '0', ASSAY_ENGINE_TIED: '1' } });
      await once(tied.stdout, 'data');
      tied.stdin.end();
      expect(await once(tied, 'exit')).toEqual([0, null]);
      await rm(folder, { recursive: true });
    });

    it('answers whatever it is sent, and lives', async () => {
      const sql = fc
        .array(
          fc.oneof(
            fc.constantFrom(
              'SELECT',
              '1',
              'INSERT INTO',
              't',
              'FORMAT',
              'JSON',
              'VALUES',
              '(',
              ')',
              ';',
              '{x:',
              'String}',
              "input('a UInt8')",
              'FROM',
              "'",
              '/*',
              '$$',
              'KILL QUERY',
              'SET',
            ),
            fc.string(),
          ),
        )
        .map((parts) => parts.join(' '));
      const call = fc.record({
        query: fc.option(sql),
        settings: fc.dictionary(
          fc.constantFrom('param_x', 'database', 'default_format', 'readonly', 'max_threads', 'query_id', 'zzz'),
          fc.string(),
          { maxKeys: 2 },
        ),
        headers: fc.record({
          'content-encoding': fc.constantFrom('identity', 'gzip', 'zstd', 'br', 'deflate', 'no-such'),
          'content-type': fc.constantFrom('text/plain', 'multipart/form-data', 'multipart/form-data; boundary=b'),
          'accept-encoding': fc.constantFrom('gzip', 'zstd, br;q=0', '*'),
        }),
        body: fc.oneof(sql, fc.uint8Array({ maxLength: 200 })),
      });
      await fc.assert(
        fc.asyncProperty(call, async ({ query, settings, headers, body }) => {
          const params = new URLSearchParams({ ...settings, ...(query === null ? {} : { query }) });
          const response = await fetch(`${engine.url}/?${params.toString()}`, {
            method: 'POST',
            body: Buffer.from(body),
            headers,
          });
          expect([200, 403, 500]).toContain(response.status);
          await response.arrayBuffer();
        }),
        { numRuns: 300 },
      );
      expect(await engine.client.ping({ select: true })).toEqual({ success: true });
    });

    it('refuses a second process on its folder, by name', async () => {
      const second = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
        env: { ...process.env, ASSAY_DATA_DIR: engine.dataDir, ASSAY_ENGINE_PORT: '0' },
      });
      let errors = '';
      second.stderr.on('data', (text: Buffer) => (errors += text.toString()));
      const [code] = await once(second, 'exit');
      expect(code).toBe(1);
      expect(errors).toContain(`process ${engine.pid} has ${engine.dataDir}/engine/data open`);
      expect(await engine.client.ping({ select: true })).toEqual({ success: true });
    });
  },
);

describe.skipIf(process.env['CLICKHOUSE_URL'])('the life of the engine process (not ours to end on a server)', () => {
  it('loses nothing it has acknowledged when it is killed, and empties the spool at start', async () => {
    await using engine = await startTestEngine();
    await engine.client.command({ query: 'CREATE TABLE kept (n UInt64, m UInt64) ENGINE = MergeTree ORDER BY n' });
    for (let life = 0; life < 3; life += 1) {
      const acknowledged: number[] = [];
      let next = life * 100_000;
      const writer = async (): Promise<void> => {
        for (;;) {
          const n = (next += 1);
          const values = Array.from({ length: 50 }, (_, m) => ({ n, m }));
          await engine.client.insert({ table: 'kept', values, format: 'JSONEachRow' });
          acknowledged.push(n);
        }
      };
      const writers = [writer(), writer(), writer(), writer()].map((end) => end.catch(() => undefined));
      await expect.poll(() => acknowledged.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(60);
      await engine.kill('SIGKILL');
      await Promise.all(writers);
      await writeFile(join(engine.dataDir, 'engine/spool/body-left-over'), 'x');
      await engine.restart();
      expect(await readdir(join(engine.dataDir, 'engine/spool'))).toEqual([]);
      const rows = await engine.client.query({
        query: 'SELECT n, count() FROM kept GROUP BY n',
        format: 'JSONCompactEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      const found = new Map(await rows.json<[number, number]>());
      for (const n of acknowledged) expect(found.get(n)).toBe(50);
      for (const count of found.values()) expect(count).toBe(50);
    }
  });

  it('ends at once on SIGTERM, and lets a running statement finish', async () => {
    await using engine = await startTestEngine();
    const idle = performance.now();
    await engine.kill('SIGTERM');
    expect(performance.now() - idle).toBeLessThan(2_000);
    await engine.restart();
    const running = engine.client.query({ query: 'SELECT sleep(1), 7', format: 'CSV', query_id: 'last' });
    await expect
      .poll(
        async () =>
          (
            await engine.client.query({
              query:
                "SELECT count() FROM system.processes WHERE Settings['log_comment'] LIKE '%last%' AND query LIKE '%sleep%'",
              format: 'CSV',
            })
          ).text(),
        { interval: 20 },
      )
      .toMatch(/^[1-9]/);
    const stopped = engine.kill('SIGTERM');
    expect(await (await running).text()).toBe('0,7\n');
    await stopped;
  });

  it('refuses a body that would fill the disk, and goes on', async () => {
    await using engine = await startTestEngine({ env: { ASSAY_ENGINE_SPOOL_FLOOR_BYTES: String(2 ** 50) } });
    await engine.client.command({ query: 'CREATE TABLE full (n UInt64) ENGINE = MergeTree ORDER BY n' });
    const response = await fetch(`${engine.url}/?query=INSERT+INTO+full+FORMAT+CSV`, { method: 'POST', body: '1\n' });
    expect(response.status).toBe(507);
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('243');
    expect(await response.text()).toContain('nothing was written');
    await expect(
      engine.client.insert({ table: 'full', values: [{ n: 1 }], format: 'JSONEachRow' }),
    ).rejects.toMatchObject({ code: '243' });
    const count = await engine.client.query({ query: 'SELECT count() FROM full', format: 'CSV' });
    expect(await count.text()).toBe('0\n');
    expect(await readdir(join(engine.dataDir, 'engine/spool'))).toEqual([]);
  });

  it('stops a body of unknown length when the disk runs low, and keeps nothing of it', async () => {
    const disk = await statfs(tmpdir());
    const floor = disk.bavail * disk.bsize - 200_000_000;
    await using engine = await startTestEngine({ env: { ASSAY_ENGINE_SPOOL_FLOOR_BYTES: String(floor) } });
    await engine.client.command({ query: 'CREATE TABLE full (n UInt64) ENGINE = MergeTree ORDER BY n' });
    const megabyte = Buffer.from('1234567\n'.repeat(131_072));
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${engine.url}/?query=INSERT+INTO+full+FORMAT+CSV`, { method: 'POST' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      Readable.from(
        Array.from({ length: 4_000 }, () => megabyte),
        { objectMode: false },
      ).pipe(call);
    });
    expect(status).toBe(507);
    const count = await engine.client.query({ query: 'SELECT count() FROM full', format: 'CSV' });
    expect(await count.text()).toBe('0\n');
    expect(await readdir(join(engine.dataDir, 'engine/spool'))).toEqual([]);
  });

  it('answers 503 when its queue is full, and takes on work again', async () => {
    await using engine = await startTestEngine({ env: { ASSAY_ENGINE_SESSIONS: '3', ASSAY_ENGINE_QUEUE: '2' } });
    const url = `${engine.url}/?query=SELECT+sleep(1)`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => fetch(url)));
    const codes = answers.map((answer) => answer.status).sort();
    expect(codes).toEqual([200, 200, 200, 503, 503, 503]);
    const refused = answers.find((answer) => answer.status === 503);
    expect(refused?.headers.get('x-clickhouse-exception-code')).toBe('202');
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(await engine.client.ping({ select: true })).toEqual({ success: true });
  });

  it('keeps all statements together within its memory limit and goes on', async () => {
    await using engine = await startTestEngine({ env: { ASSAY_ENGINE_MEMORY_BYTES: '400000000' } });
    const greedy = (): Promise<unknown> =>
      engine.client.query({ query: 'SELECT length(groupArray(number)) FROM numbers(1000000000)' });
    for (const outcome of await Promise.allSettled([greedy(), greedy(), greedy()])) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '241' } });
    }
    expect(await engine.client.ping({ select: true })).toEqual({ success: true });
  });

  it('frees the disk of a dropped table', async () => {
    await using engine = await startTestEngine();
    await engine.client.command({
      query:
        'CREATE TABLE big (s String) ENGINE = MergeTree ORDER BY tuple() AS SELECT randomString(1000) AS s FROM numbers(10000)',
    });
    await engine.client.command({ query: 'DROP TABLE big SYNC' });
    const left = await readdir(join(engine.dataDir, 'engine/data/store'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.bin'))).toEqual([]);
  });

  it('starts with too few threads by starting itself again, and says what is wrong with a setting', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-engine-'));
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const env = { PATH: process.env['PATH'], ASSAY_DATA_DIR: folder, ASSAY_ENGINE_PORT: '0' };
    const child = spawn(process.execPath, [main], { env });
    const [line] = await once(child.stdout, 'data');
    expect(JSON.parse(String(line))).toMatchObject({ event: 'ready', pid: child.pid });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const wrong = spawn(process.execPath, [main], { env: { ...env, ASSAY_ENGINE_PORT: 'abc' } });
    const [text] = await once(wrong.stderr, 'data');
    expect(String(text)).toContain('ASSAY_ENGINE_PORT');
    await once(wrong, 'exit');
    await rm(folder, { recursive: true });
  });
});
