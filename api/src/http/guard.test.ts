import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiEnv } from '../env.ts';
import { startApi, StartRefusedError } from '../start-api.ts';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** A request with any header at all, which fetch would not send. */
function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  const url = new URL(api.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: url.hostname, port: url.port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        text(response).then((body) => {
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
        }, reject);
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

const json = { 'Content-Type': 'application/json' };

describe('a name that is not this machine’s own is refused, as a rebinding attack would use', () => {
  test.each([
    ['127.0.0.1', 200],
    ['localhost:4400', 200],
    ['[::1]:4400', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['0.0.0.0', 421],
    ['a b', 421],
  ])('%s', async (host, status) => {
    expect((await send('/api/v1/sources', { headers: { Host: host } })).status).toBe(status);
  });
});

test.each([
  ['1.1', ''],
  ['1.0', ''],
  ['1.1', 'Host: \r\n'],
])('a request of HTTP/%s that names no host is told so, in the shape of every refusal: %j', async (version, header) => {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET /health HTTP/${version}\r\n${header}Connection: close\r\n\r\n`);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  const request_id = /^X-Request-Id: (.+)$/im.exec(head)?.[1];
  expect(JSON.parse(body)).toEqual({
    code: 'bad_request',
    message: 'The request names no host: send a Host header, such as 127.0.0.1:4400.',
    request_id,
  });
});

describe('a page of another site changes nothing', () => {
  const host = '127.0.0.1:4400';
  test.each([
    [{}, 200],
    [{ Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' }, 200],
    [{ 'Sec-Fetch-Site': 'none' }, 200],
    [{ Origin: 'http://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: `http://${host}.evil.example` }, 403],
    [{ Origin: 'http://127.0.0.1:9999' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
  ])('%o', async (headers, status) => {
    const body = JSON.stringify({ rule: { row_count: {} } });
    const tried = await send('/trpc/key.create', {
      method: 'POST',
      headers: { Host: host, ...json, ...headers },
      body: JSON.stringify({ name: 'x', role: 'viewer' }),
    });
    expect(tried.status).toBe(status);
    expect(
      (
        await send('/api/v1/sources/none/validate_rule', {
          method: 'POST',
          headers: { Host: host, ...json, ...headers },
          body,
        })
      ).status,
    ).toBe(status === 200 ? 404 : 403);
  });
});

describe('what a form of another site could send is no call', () => {
  test.each([
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/octet-stream',
    '',
  ])('content type "%s"', async (type) => {
    const answer = await send('/trpc/key.create', {
      method: 'POST',
      headers: type === '' ? {} : { 'Content-Type': type },
      body: '{"name":"x","role":"admin"}',
    });
    expect(answer.status).toBe(415);
  });

  test('an upload takes no form either', async () => {
    const answer = await send('/api/v1/sources/a/files?file=x', {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
      body: 'x',
    });
    expect(answer.status).toBe(415);
  });

  test('a mutation is never a GET', async () => {
    const input = encodeURIComponent('{"name":"x","role":"admin"}');
    expect((await send(`/trpc/key.create?input=${input}`, {})).status).toBe(405);
  });
});

test('a batch has at most 20 calls, a body at most 1 MB', async () => {
  const calls = (count: number) =>
    `/trpc/${Array.from({ length: count }, () => 'source.list').join(',')}?batch=1&input=${encodeURIComponent(JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, {}]))))}`;
  expect((await send(calls(20), {})).status).toBe(200);
  expect((await send(calls(21), {})).status).toBe(400);
  const body = JSON.stringify({ name: 'x'.repeat(1_100_000), role: 'viewer' });
  expect((await send('/trpc/key.create', { method: 'POST', headers: json, body })).status).toBe(413);
});

test('every answer carries the headers that keep browsers strict', async () => {
  const { headers } = await send('/api/v1/sources', {});
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  });
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test('a fault of our own is told without its words', async () => {
  await using broken = await startTestApi({ env: { CLICKHOUSE_DATABASE: 'nowhere' } });
  const body = await broken.json('/api/v1/sources');
  expect(body).toMatchObject({ code: 'internal' });
  expect(JSON.stringify(body)).not.toMatch(/nowhere|SELECT|sources/);
});

describe('keys', () => {
  test('beyond loopback nothing starts without a key, and the way to make one is told', async () => {
    await using other = await startTestApi();
    const env = apiEnv.parse({
      ASSAY_DATA_DIR: other.data_dir,
      ASSAY_HOST: '0.0.0.0',
      ASSAY_PORT: '0',
      CLICKHOUSE_URL: other.engine.url,
      CLICKHOUSE_DATABASE: other.engine.database,
      ASSAY_LOG_LEVEL: 'silent',
    });
    await expect(startApi(env)).rejects.toThrow(StartRefusedError);
    await expect(startApi(env)).rejects.toThrow(/assay keys create --role admin/);

    const key = await other.key('default', 'viewer');
    await using open = await startApi(env);
    const at = open.url.replace('0.0.0.0', '127.0.0.1');
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(at + path, { headers })).status;
    expect(await status('/health', {})).toBe(200);
    expect(await status('/api/v1/sources', {})).toBe(401);
    expect(await status('/metrics', {})).toBe(401);
    expect(await status('/api/v1/events', {})).toBe(401);
    expect(await status('/api/v1/sources', { Authorization: `Bearer ${key}` })).toBe(200);
    expect(await status('/api/v1/sources', { Authorization: `Basic ${key}` })).toBe(401);
    expect(await status('/api/v1/sources', { Authorization: `Bearer ${key}x` })).toBe(401);
    expect(await status('/api/v1/sources', { Cookie: `assay_key=${key}` })).toBe(200);
  });

  test('a key is shown once, stored as a hash, works with its role, and ends within a second of being revoked', async () => {
    const made = await (await api.post('/api/v1/keys', { name: 'ci', role: 'editor' })).json();
    const { key, key_id } = Object(made);
    expect(key).toMatch(/^assay_[A-Za-z0-9_-]{43}$/);
    const dump = await api.engine.client.query({ query: 'SELECT * FROM api_keys', format: 'JSONEachRow' });
    expect(await dump.text()).not.toContain(key);
    const bearer = { headers: { Authorization: `Bearer ${key}` } };
    expect((await api.fetch('/api/v1/sources', bearer)).status).toBe(200);
    const refused = await api.fetch('/api/v1/keys', bearer);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      message: 'This needs the role admin; the key ci has the role editor.',
    });
    expect((await api.fetch(`/api/v1/keys/${key_id}`, { method: 'DELETE' })).status).toBe(200);
    await expect.poll(async () => (await api.fetch('/api/v1/sources', bearer)).status, { timeout: 1_500 }).toBe(401);
    expect(JSON.stringify(await api.json('/api/v1/keys'))).not.toContain(key);
  });

  test('a browser keeps a key where scripts cannot read it, and forgets it', async () => {
    const key = await api.key('default', 'viewer');
    const login = await api.post('/api/v1/session', { key });
    expect(await login.json()).toEqual({ signed_in: true, actor: 'viewer of default', role: 'viewer' });
    expect(login.headers.get('set-cookie')).toMatch(
      /^assay_key=assay_[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect((await api.post('/api/v1/session', { key: 'assay_nothing' })).status).toBe(401);
    const logout = await api.fetch('/api/v1/session', { method: 'DELETE' });
    expect(logout.headers.get('set-cookie')).toContain('Max-Age=0');
  });
});
