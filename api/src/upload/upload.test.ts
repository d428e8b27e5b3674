import { readdir } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startTestTemporal, type TestTemporal } from '@assay/workflows/testing';
import { newId, timestampOf, writeSourceVersion, connect } from '@assay/clickhouse';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';
import { receipt } from '../shapes/load.ts';

let api: TestApi;
let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await startTestTemporal();
  api = await startTestApi({
    temporal: temporal.address,
    env: { ASSAY_UPLOADS_AT_ONCE: '3', ASSAY_UPLOAD_BYTES_MAX: '1000000' },
    pace: { slot_ms: 50, idle_ms: 400, bytes_per_s_min: 200, grace_ms: 1_000 },
  });
  await plantSource('orders', '{"limits":{"bytes_in_max":2000}}');
  await plantSource('feed', '{}');
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await temporal.stop();
});

/** Whatever went wrong in a test, nothing may be left half received. */
afterEach(async () => {
  await expect.poll(async () => (await inboxNames()).filter((name) => name.endsWith('.part'))).toEqual([]);
});

/** A client that says exactly what it is told to. */
async function speak(lines: string, then: (socket: Socket) => void = () => {}): Promise<string> {
  const { hostname, port } = new URL(api.url);
  const socket = connectSocket(Number(port), hostname);
  socket.write(lines);
  then(socket);
  return text(socket);
}

function post(path: string, headers: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n`;
}

async function inboxNames(): Promise<string[]> {
  return readdir(join(api.data_dir, 'inbox'));
}

async function plantSource(name: string, document: string): Promise<void> {
  const connection = connect({ url: api.engine.url, database: api.engine.database });
  const source = { source_id: newId(Date.now()), version: '1', name, document, columns: '[]', deleted: false };
  const made = { changed_at: timestampOf(Date.now()), changed_by: 'test', why: '' };
  await writeSourceVersion(connection.querier('default'), { source: { ...source, ...made }, rules: [] });
  await connection.close();
}

const files = '/api/v1/sources/feed/files?file=a.jsonl';

test('a chunked body without a length is taken whole, its name kept as data', async () => {
  const name = encodeURIComponent('../../etc/pässwd <b>\n.jsonl');
  const answer = await speak(
    `${post(
      `/api/v1/sources/feed/files?file=${name}`,
      'Transfer-Encoding: chunked\r\n',
    )}5\r\n{"a":\r\n3\r\n1}\n\r\n0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  const taken = receipt.parse(
    JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')),
  );
  expect(taken).toMatchObject({
    file: '../../etc/pässwd <b>\n.jsonl',
    bytes: '8',
    duplicate: false,
    state: 'received',
  });
  expect(await inboxNames()).toContain(`${taken.load_id}.json`);
});

test('a client that dies in the middle leaves nothing', async () => {
  const before = await inboxNames();
  await speak(`${post(files, 'Content-Length: 1000\r\n')}{"a":1}\n`, (socket) =>
    setTimeout(() => socket.destroy(), 100),
  ).catch(() => '');
  await expect.poll(async () => (await inboxNames()).length).toBe(before.length);
});

test('a client that ends before its announced length is told nothing is kept', async () => {
  const answer = await speak(`${post(files, 'Content-Length: 1000\r\n')}{"a":1}\n`, (socket) => socket.end());
  expect(answer).toContain('HTTP/1.1 400');
});

test('a client that stands still is told after the time it may be silent', async () => {
  const answer = await speak(`${post(files, 'Content-Length: 1000\r\n')}{"a":`);
  expect(answer).toContain('HTTP/1.1 408');
  expect(answer).toContain('Nothing came for 0.4 seconds');
});

test('a client that drips is told, too', async () => {
  const answer = await speak(post(files, 'Content-Length: 100000\r\n'), (socket) => {
    const drip = setInterval(() => socket.write('x'), 50);
    socket.on('close', () => {
      clearInterval(drip);
    });
    socket.on('error', () => {});
  });
  expect(answer).toContain('HTTP/1.1 408');
  expect(answer).toContain('slower than');
});

test('more than may be received at once are told to come back, and the slots are given back', async () => {
  const slow = Array.from({ length: 3 }, () => speak(`${post(files, 'Content-Length: 1000\r\n')}{"a":`));
  await expect
    .poll(
      async () => (await api.fetch(files, { method: 'POST', body: `${JSON.stringify({ at: Date.now() })}\n` })).status,
      { interval: 20 },
    )
    .toBe(429);
  expect((await Promise.all(slow)).every((answer) => answer.includes('408'))).toBe(true);
  const after = await api.fetch(files, { method: 'POST', body: '{"after":1}\n' });
  expect(after.status).toBe(202);
});

test('past the limit of the copy or of the source a file is refused with the limit, announced or not', async () => {
  const announced = await speak(post('/api/v1/sources/feed/files?file=big', 'Content-Length: 2000000\r\n'));
  expect(announced).toContain('HTTP/1.1 413');
  expect(announced).toContain('the limit is 1000000');
  const answer = await api.fetch('/api/v1/sources/orders/files?file=big', { method: 'POST', body: 'x'.repeat(3_000) });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 'too_large', message: expect.stringContaining('2000') });
});

test('a disk that would fall under its floor refuses before a byte is taken', async () => {
  await using full = await startTestApi({
    engine: api.engine,
    temporal: temporal.address,
    env: { ASSAY_DISK_FLOOR_BYTES: String(2 ** 50) },
  });
  const answer = await full.fetch(files, { method: 'POST', body: '{"a":1}\n' });
  expect(answer.status).toBe(507);
  expect(await answer.json()).toMatchObject({ code: 'insufficient_storage' });
});

test('what is asked for in the address must be known, complete and meant once', async () => {
  const message = async (path: string) => Object(await api.json(path, { method: 'POST', body: 'x' })).message;
  expect(await message('/api/v1/sources/feed/files')).toContain('file');
  expect(await message(`${files}&colour=red`)).toContain('it takes file, backfill, replaces, again');
  expect(await message(`${files}&file=b`)).toContain('given twice');
  expect(await message(`${files}&backfill=yes`)).toContain('backfill');
  expect(await message(`${files}&replaces=12`)).toContain('There is no load 12.');
  expect(await message('/api/v1/sources/%2e%2e%2fup/files?file=x')).toContain('source');
  expect((await api.fetch(files)).status).toBe(405);
});

test('while Temporal is away a file for a known source is kept and accepted, and a new source begins', async () => {
  await using lonely = await startTestApi({ engine: api.engine, data_dir: api.data_dir });
  const answer = await lonely.fetch('/api/v1/sources/feed/files?file=later.jsonl', {
    method: 'POST',
    body: '{"later":1}\n',
  });
  expect(answer.status).toBe(202);
  const taken = receipt.parse(await answer.json());
  expect(taken.state).toBe('received');
  expect(await lonely.json(`/api/v1/loads/${taken.load_id}/status`)).toMatchObject({ state: 'received', final: false });
  expect(await inboxNames()).toContain(`${taken.load_id}.json`);
  const again = receipt.parse(
    await lonely.json('/api/v1/sources/feed/files?file=twice.jsonl', { method: 'POST', body: '{"later":1}\n' }),
  );
  expect(again).toMatchObject({ load_id: taken.load_id, duplicate: true });

  const unknown = await lonely.fetch('/api/v1/sources/unknown/files?file=x', { method: 'POST', body: '{"new":1}\n' });
  expect(unknown.status).toBe(202);
  expect(await inboxNames()).toContain(`${receipt.parse(await unknown.json()).load_id}.json`);
  expect(await lonely.json('/api/v1/sources/unknown')).toMatchObject({ source: 'unknown', version: '1' });
});

test('uploads beyond what is received at once wait for their turn, and none is lost', async () => {
  await using patient = await startTestApi({
    engine: api.engine,
    data_dir: api.data_dir,
    temporal: temporal.address,
    env: { ASSAY_UPLOADS_AT_ONCE: '2' },
  });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      patient.fetch(`/api/v1/sources/feed/files?file=many-${n}`, { method: 'POST', body: `{"many":${n}}\n` }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 30 }, () => 202));
});
