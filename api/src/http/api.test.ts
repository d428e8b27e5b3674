import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

describe('health', () => {
  test('says status, version and uptime without a key', async () => {
    expect(await api.json('/health')).toEqual({ status: 'ok', version: '0.1.0', uptime_s: expect.any(Number) });
    expect((await api.fetch('/health/live')).status).toBe(200);
  });

  test('is not ready without Temporal and names what is missing', async () => {
    const answer = await api.fetch('/health/ready');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      conditions: [
        { name: 'clickhouse', ok: true },
        { name: 'migrations', ok: true },
        { name: 'temporal', ok: false, says: 'Temporal does not answer.' },
        { name: 'worker', ok: false },
        { name: 'disk', ok: true },
      ],
    });
  });
});

test('lists nothing in a new copy, over REST and tRPC alike', async () => {
  const nothing = { items: [], total: 0, by_verdict: [] };
  expect(await api.json('/api/v1/sources')).toEqual(nothing);
  expect(await api.json('/api/v1/source_labels')).toEqual({ items: [] });
  expect(await api.json('/api/v1/loads')).toEqual({ items: [], next_before: null, total: 0, by_verdict: [] });
  expect(await api.json('/api/v1/incidents?status=triggered&status=resolved')).toEqual({
    items: [],
    next_before: null,
    total: 0,
    counts: { triggered: 0, acknowledged: 0, resolved: 0, mine: 0 },
    open: 0,
  });
  expect(await api.json(`/trpc/source.list?input=${encodeURIComponent('{}')}`)).toEqual({
    result: { data: nothing },
  });
});

test('the page of the API brings the fonts it is set in', async () => {
  const page = await (await api.fetch('/api/v1/docs')).text();
  const fonts = [...page.matchAll(/url\('([^']+\.woff2)'\)/g)].map(([, address]) => address ?? '');
  expect(fonts).toHaveLength(2);
  for (const address of fonts) {
    const answer = await api.fetch(address);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'font/woff2']);
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('wOF2');
  }
  expect((await api.fetch('/api/v1/docs/other.woff2')).status).toBe(404);
});

test('describes every procedure but the stream in OpenAPI, and serves it on a page', async () => {
  const document = JSON.stringify(await api.json('/api/v1/openapi.json'));
  for (const name of ['source-list', 'rule-put', 'load-rejects', 'incident-resolve', 'key-create', 'uploadFile']) {
    expect(document).toContain(`"operationId":"${name}"`);
  }
  const page = await api.fetch('/api/docs');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('/loads/{load_id}/rejects');
});

test('metrics are there without Temporal and say so', async () => {
  const text = await (await api.fetch('/metrics')).text();
  expect(text).toContain('assay_temporal_up 0');
  expect(text).toContain('assay_loads_waiting 0');
  expect(text).toMatch(/assay_engine_memory_bytes\{kind="MemoryTracking"\} \d+/);
  expect(text).toMatch(/assay_process_resident_memory_bytes\{process="api"\} \d+/);
});

describe('errors are a code, a sentence and a request id', () => {
  const cases: readonly [string, RequestInit | undefined, number, string, string][] = [
    ['/api/v1/nothing', undefined, 404, 'not_found', 'There is nothing at /api/v1/nothing'],
    ['/api/v1/sources/orders', undefined, 404, 'not_found', 'There is no source called orders.'],
    ['/api/v1/sources', { method: 'DELETE' }, 405, 'method_not_allowed', '/api/v1/sources takes GET.'],
    ['/api/v1/loads?limit=x', undefined, 400, 'invalid_input', 'limit: '],
    ['/api/v1/loads?limit=5&limit=6', undefined, 400, 'invalid_input', 'given twice'],
    [
      '/api/v1/loads?colour=red',
      undefined,
      400,
      'invalid_input',
      'it takes source, state, verdict, text, before, limit',
    ],
    ['/api/v1/loads/abc', undefined, 400, 'invalid_input', 'load_id: an id is a whole number.'],
    [
      '/api/v1/sources/%ZZ/files?file=a.csv',
      { method: 'POST', body: 'a,b' },
      400,
      'invalid_input',
      'source: a name is made of',
    ],
    [
      '/api/v1/sources/x/files?file=a.csv&toString=1',
      { method: 'POST', body: 'a,b' },
      400,
      'invalid_input',
      'There is no query parameter toString here',
    ],
    ['/api/v1/loads/12', undefined, 404, 'not_found', 'There is no load 12.'],
  ];
  test.each(cases)('%s', async (path, init, status, code, words) => {
    const answer = await api.fetch(path, init);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      code,
      message: expect.stringContaining(words),
      request_id: answer.headers.get('x-request-id'),
    });
  });

  test('a body that is no JSON, no object, too deep, too large or of another type is told so', async () => {
    const put = (body: string, type = 'application/json') =>
      api.json('/api/v1/sources/orders/document', { method: 'PUT', body, headers: { 'Content-Type': type } });
    expect(await put('{')).toMatchObject({
      code: 'bad_request',
      message: 'The body is not JSON: it breaks at position 1 (line 1 column 2).',
    });
    expect(await put('[]')).toMatchObject({ code: 'bad_request' });
    expect(await put(`{"yaml":"[[[","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).toMatchObject({
      code: 'bad_request',
      message: 'The body is nested deeper than 100 levels, which is the limit.',
    });
    expect(await put('{}', 'text/plain')).toMatchObject({ code: 'unsupported_media_type' });
    expect(await put(JSON.stringify({ yaml: 'x'.repeat(1_100_000) }))).toMatchObject({ code: 'too_large' });
    expect(await put('{"yaml":"a: 1","role":"admin"}')).toMatchObject({ code: 'invalid_input' });
  });

  test('a document that is not valid names its line and the nearest word', async () => {
    const body = { yaml: 'source: orders\nrules:\n  - not_nul: { column: amount }\n' };
    expect(await (await api.post('/api/v1/sources/orders/plan', body)).json()).toMatchObject({
      equal: false,
      problems: [{ line: 3, message: expect.stringContaining('not_null') }],
    });
  });

  test('while Temporal is away, what needs a workflow is 503 with Retry-After', async () => {
    const put = (yaml: string) =>
      api.fetch('/api/v1/sources/written/document', {
        method: 'PUT',
        body: JSON.stringify({ yaml }),
        headers: { 'Content-Type': 'application/json' },
      });
    expect((await put('source: written')).status).toBe(200);
    const answer = await put('source: written\nowner: me');
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

test('every reference of the OpenAPI document leads somewhere, and every path parameter is described', async () => {
  const document = Object(await api.json('/api/v1/openapi.json'));
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((found) => found[1] ?? '');
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) {
    const target = reference.split('/').reduce<unknown>((node, step) => Object(node)[step], document);
    expect([reference, typeof target]).toEqual([reference, 'object']);
  }
  for (const [path, methods] of Object.entries<Record<string, { parameters?: { name: string; in: string }[] }>>(
    document.paths,
  )) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
    for (const { parameters = [] } of Object.values(methods)) {
      const described = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect([path, described.sort()]).toEqual([path, named.sort()]);
    }
  }
});
