import { connect as connectSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, newId, timestampOf, writeSourceVersion } from '@assay/clickhouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await writeSource('orders');
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** A source as its workflow would write it; there is no Temporal here. */
async function writeSource(name: string): Promise<void> {
  const { engine } = api;
  const connection = connect({ url: engine.url, database: engine.database });
  const columns = [{ name: 'amount', type: 'Int64' }];
  const source = {
    source_id: newId(Date.now()),
    version: '1',
    name,
    document: JSON.stringify({ source: name }),
    columns: JSON.stringify(columns),
    deleted: false,
    changed_at: timestampOf(Date.now()),
    changed_by: 'test',
    why: '',
  };
  await writeSourceVersion(connection.querier('default'), { source, rules: [] });
  await connection.close();
}

async function asked(path: string, init?: RequestInit): Promise<{ status: number; body: unknown; id: string | null }> {
  const answer = await api.fetch(path, init);
  return { status: answer.status, body: await answer.json(), id: answer.headers.get('x-request-id') };
}

const json = { 'Content-Type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json): RequestInit => ({ method: 'POST', body, headers });
const call = (input: unknown) => `input=${encodeURIComponent(JSON.stringify(input))}`;

describe('over REST a mistake is a code, a sentence and the request id', () => {
  test.each<[string, RequestInit | undefined, number, string, string]>([
    ['/api/v1/loads?limit=1000000000', undefined, 400, 'invalid_input', 'limit: must be at most 500, not 1000000000.'],
    ['/api/v1/loads?limit=0', undefined, 400, 'invalid_input', 'limit: must be at least 1, not 0.'],
    ['/api/v1/loads?limit=1e9', undefined, 400, 'invalid_input', 'limit: must be a number, not "1e9".'],
    ['/api/v1/loads?limit=2.5', undefined, 400, 'invalid_input', 'limit: must be a whole number, not 2.5.'],
    [
      '/api/v1/loads?limt=5',
      undefined,
      400,
      'invalid_input',
      'There is no query parameter limt here, did you mean `limit`?',
    ],
    ['/api/v1/loads?state=lodaed', undefined, 400, 'invalid_input', 'did you mean `loaded`?'],
    [
      '/api/v1/loads?source=ordres',
      undefined,
      404,
      'not_found',
      'There is no source called ordres, did you mean `orders`?',
    ],
    ['/api/v1/loads?source=%FF', undefined, 400, 'bad_request', 'The address of the request cannot be read'],
    ['/api/v1/incidents?source=nothing', undefined, 404, 'not_found', 'There is no source called nothing.'],
    ['/api/v1/incidents?load_id=12', undefined, 404, 'not_found', 'There is no load 12.'],
    ['/api/v1/incidents?rule_id=nothing', undefined, 404, 'not_found', 'No source has a rule called nothing.'],
    ['/api/v1/incidents?source=orders&rule_id=x', undefined, 404, 'not_found', 'Source orders has no rule called x.'],
    ['/api/v1/anomalies?rule_id=', undefined, 400, 'invalid_input', 'rule_id: is empty.'],
    [
      `/api/v1/sources/orders/files?file=${'a'.repeat(1_025)}`,
      post('a'),
      400,
      'invalid_input',
      'file: has 1,025 characters; at most 1,024',
    ],
    [
      '/api/v1/sources/orders/plan',
      post('{"yaml":"owner: a"}', { ...json, 'Content-Encoding': 'gzip' }),
      415,
      'unsupported_media_type',
      'Content-Encoding gzip is not read here',
    ],
    ['/api/v1/anomalies?rule_id=nothing', undefined, 404, 'not_found', 'No source has a rule called nothing.'],
    ['/api/v1/rules?source=nothing', undefined, 404, 'not_found', 'There is no source called nothing.'],
    ['/api/v1/sources/orders/rules/x/results', undefined, 404, 'not_found', 'Source orders has no rule called x.'],
    ['/api/v1/loads/12/rows?rule_id=x', undefined, 400, 'invalid_input', 'rule_id chooses among failed rows'],
    [
      '/api/v1/loads/12/failed_rows?segment=a',
      undefined,
      400,
      'invalid_input',
      'segment chooses among the rows of a rule',
    ],
    ['/api/v1/sources/orders/chart?from=yesterday', undefined, 400, 'invalid_input', 'from: must be a time such as'],
    [
      '/api/v1/sources/orders/chart?from=2024-02-02T00:00:00Z&to=2024-02-01T00:00:00Z',
      undefined,
      400,
      'invalid_input',
      'the end must be later',
    ],
    ['/api/v1/sources/orders/chart?column=amuont', undefined, 200, '', ''],
    ['/api/v1/sources/a%20b', undefined, 400, 'invalid_input', 'source: a name is made of letters'],
    ['/api/v1/sources/orders/files', post('a'), 400, 'invalid_input', 'file: say what the file is called: ?file=NAME.'],
    ['/api/v1/sources/orders/files?fil=a', post('a'), 400, 'invalid_input', 'did you mean `file`?'],
    ['/api/v1/sources/orders/files?file=a&again=yes', post('a'), 400, 'invalid_input', 'not one of true, false'],
    ['/api/v1/sources/orders/files?file=%C3', post('a'), 400, 'bad_request', 'cannot be read'],
    ['/api/v1/sources/orders/files?file=a', { method: 'PUT', body: 'a' }, 405, 'method_not_allowed', 'takes POST.'],
    [
      '/api/v1/sources/orders/validate_rule',
      post('{"rule":5}'),
      400,
      'invalid_input',
      'rule: must be a map of fields, not 5.',
    ],
    ['/api/v1/sources/orders/validate_rule', post('{}'), 400, 'invalid_input', 'rule: is missing.'],
    [
      '/api/v1/sources/orders/validate_rule',
      post('{"rule":{"__proto__":{}}}'),
      400,
      'invalid_input',
      'rule.__proto__: a field of this name',
    ],
    [
      '/api/v1/sources/orders/validate_rule',
      post('{"rule":{},"ruel":1}'),
      400,
      'invalid_input',
      '`ruel` is not a field of this request, did you mean `rule`?',
    ],
    [
      '/api/v1/sources/orders/validate_rule',
      post('{"source":"others","rule":{}}'),
      400,
      'invalid_input',
      'The body says source is "others", the address "orders": they must agree.',
    ],
    [
      '/api/v1/sources/orders/validate_rule',
      post('{"rule":{"description":"\\ud800"}}'),
      400,
      'invalid_input',
      'rule.description: half of a surrogate pair',
    ],
    [
      '/api/v1/sources/orders/rules/x?why=y',
      { method: 'DELETE', body: '{"why":"z"}', headers: json },
      400,
      'bad_request',
      'takes no body',
    ],
    [
      '/api/v1/keys',
      post('{"name":"x","role":"boss"}'),
      400,
      'invalid_input',
      'role: is "boss", which is not one of viewer, editor, admin.',
    ],
    ['/api/v1/keys', post('{"name":"","role":"admin"}'), 400, 'invalid_input', 'name: is empty.'],
    [
      '/api/v1/keys',
      post('name=x', { 'Content-Type': 'text/plain' }),
      415,
      'unsupported_media_type',
      'Content-Type: application/json',
    ],
  ])('%s', async (path, init, status, code, words) => {
    const { body, id, ...answer } = await asked(path, init);
    expect(answer.status).toBe(status);
    if (code === '') return;
    expect(body).toMatchObject({ code, message: expect.stringContaining(words), request_id: id });
  });
});

describe('over tRPC it is the same, where a client of tRPC looks for it', () => {
  const twentyOne = Array.from({ length: 21 }, () => 'source.list').join(',');
  test.each<[string, RequestInit | undefined, number, string, string]>([
    [
      `/trpc/load.list?${call({ limit: 1e9 })}`,
      undefined,
      400,
      'invalid_input',
      'limit: must be at most 500, not 1000000000.',
    ],
    [`/trpc/load.list?${call({ source: 'ordres' })}`, undefined, 404, 'not_found', 'did you mean `orders`?'],
    ['/trpc/load.lst', undefined, 404, 'not_found', 'There is no procedure load.lst, did you mean `load.list`?'],
    ['/trpc/', undefined, 404, 'not_found', 'Name a procedure behind /trpc/'],
    ['/trpc/load.get', undefined, 400, 'invalid_input', 'The input is missing.'],
    ['/trpc/source.list', { headers: { 'trpc-accept': 'application/jsonl' } }, 400, 'bad_request', 'for batches only'],
    ['/trpc/load.list?input=%7B', undefined, 400, 'bad_request', 'The input of this call is not JSON.'],
    [
      '/trpc/load.list',
      post('{}'),
      405,
      'method_not_allowed',
      'load.list is a query: call it with GET, not with POST.',
    ],
    [
      '/trpc/load.ingest',
      undefined,
      405,
      'method_not_allowed',
      'load.ingest is a mutation: call it with POST, not with GET.',
    ],
    ['/trpc/load.ingest', post('{'), 400, 'bad_request', 'The input of this call is not JSON.'],
    [
      '/trpc/load.ingest',
      post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
      'application/json',
    ],
    ['/trpc/load.ingest', post('{}'), 400, 'invalid_input', 'source: is missing'],
    [
      '/trpc/load.ingest',
      post('{"source":"orders","file":"\\ud83d.csv","content":"a"}'),
      400,
      'invalid_input',
      'file: half of a surrogate pair',
    ],
    [
      '/trpc/load.ingest',
      post('{"source":"orders","file":"a.csv","content":"a\\udc00"}'),
      400,
      'invalid_input',
      'content: half of a surrogate pair',
    ],
    [
      '/trpc/load.ingest',
      post('['.repeat(5_000) + ']'.repeat(5_000)),
      400,
      'bad_request',
      'nested deeper than 100 levels',
    ],
    [
      '/trpc/load.ingest',
      post(JSON.stringify({ content: 'x'.repeat(1_100_000) })),
      413,
      'too_large',
      'larger than the 1,048,576 bytes',
    ],
    [
      `/trpc/${twentyOne}?batch=1&input=%7B%7D`,
      undefined,
      400,
      'bad_request',
      'A batch has at most 20 calls, this one has 21',
    ],
    [
      '/trpc/source.list',
      { headers: { Authorization: 'Bearer assay_nothing' } },
      401,
      'unauthenticated',
      'This API key does not work',
    ],
    [
      '/trpc/load.withdraw',
      { ...post('{"load_id":"1","reason":"x"}'), headers: { ...json, Origin: 'http://evil.example' } },
      403,
      'forbidden',
      'A page of another site',
    ],
  ])('%s', async (path, init, status, code, words) => {
    const { body, id, ...answer } = await asked(path, init);
    expect(answer.status).toBe(status);
    expect(body).toMatchObject({
      error: { message: expect.stringContaining(words), data: { code, http_status: status, request_id: id } },
    });
  });
});

test('HEAD is answered as GET is, without a body', async () => {
  const answer = await api.fetch('/api/v1/sources', { method: 'HEAD' });
  expect([answer.status, await answer.text()]).toEqual([200, '']);
});

test('what never becomes a request is told in the same shape', async () => {
  const { hostname, port } = new URL(api.url);
  const socket = connectSocket(Number(port), hostname);
  socket.end('GARBAGE\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({
    code: 'bad_request',
    message: 'This is not an HTTP request that can be read.',
    request_id: expect.any(String),
  });
});

describe('a document says what is wrong with it by line', () => {
  const plan = async (yaml: string, source = 'orders') =>
    (await api.post(`/api/v1/sources/${source}/plan`, { yaml })).json();

  test.each([
    ['not_null: { column: amuont }', 'column `amuont` does not exist, did you mean `amount`?'],
    ['length: { column: amount, min: 1 }', 'column `amount` is Int64, and this needs String or JSON'],
    ['row_expression: { expression: "file(\'x\') = 1" }', 'function `file` is not allowed in rules'],
    [
      "matches: { column: note, pattern: '\\p{Nothing}' }",
      'RE2, the language of patterns here, does not take it: invalid',
    ],
    ['not_null: { column: amount }\n    where: amuont > 1', 'did you mean `amount`?'],
  ])('%s', async (rule, words) => {
    const yaml = `source: orders\ncolumns:\n  amount: { type: Int64 }\n  note: { type: String }\nrules:\n  - row_count: {}\n    fail: { value: '< 1' }\n  - ${rule}\n`;
    const line = rule.includes('where') ? 9 : 8;
    expect(await plan(yaml)).toMatchObject({
      equal: false,
      problems: [{ line, message: expect.stringContaining(words) }],
    });
    const put = await api.fetch('/api/v1/sources/orders/document', {
      method: 'PUT',
      headers: json,
      body: JSON.stringify({ yaml }),
    });
    expect(await put.json()).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(`The document is not valid in line ${line}: `),
    });
  });

  test('what decides about a field may be written in no document: the columns in force count', async () => {
    expect(await plan('owner: me\nevent_time: amount\n')).toMatchObject({
      problems: [
        {
          line: 2,
          message: '`event_time`: column `amount` is Int64, not a date or time; declare it as DateTime64(3) or Date',
        },
      ],
    });
  });

  test('the plan of a source that does not exist says what comes into being', async () => {
    const yaml = 'owner: me\ncolumns: { a: { type: Int8 } }\nrules:\n  - not_null: { column: a }\n';
    expect(await plan(yaml, 'new')).toEqual({
      source: 'new',
      exists: false,
      version: null,
      equal: false,
      changes: [
        '+ source: new',
        expect.stringContaining('+ owner: "me"'),
        expect.stringContaining('+ columns.a'),
        expect.stringContaining('+ rules.not-null-a'),
      ],
      problems: [],
    });
  });
});
