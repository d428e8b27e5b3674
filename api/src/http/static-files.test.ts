import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemStatus } from '../problem.ts';
import { toProblem } from '../to-problem.ts';
import { answerProblem } from './answer.ts';
import { createStatic } from './static-files.ts';

let parent: string;
let folder: string;
let server: Server;
let url: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'assay-web-'));
  folder = join(parent, 'build');
  await mkdir(join(folder, '_app/immutable'), { recursive: true });
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><script>start()</script><script src="/_app/x.js"></script>',
  );
  await writeFile(join(folder, '_app/immutable/start.js'), 'start');
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(parent, 'secret'), 'secret');
  const serve = await createStatic(folder);
  server = createServer((request, response) => {
    serve(request, response, new URL(request.url ?? '/', 'http://x').pathname).catch((error: unknown) => {
      answerProblem(response, toProblem(error), { request_id: 'r', dialect: 'rest' });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo = Object(server.address());
  url = `http://127.0.0.1:${address.port}`;
});

afterAll(async () => {
  server.close();
  await rm(parent, { recursive: true, force: true });
});

const page = { headers: { Accept: 'text/html,*/*' } };

test('files with the hash of their content in the name are kept for ever, others are asked for again', async () => {
  const file = await fetch(`${url}/_app/immutable/start.js`);
  expect(await file.text()).toBe('start');
  expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${url}/favicon.svg`)).headers.get('cache-control')).toBe('no-cache');
});

test.each(['/', '/loads/12', '/sources/orders', '/sources/orders.v2', '/incidents?status=open'])(
  '%s is the page',
  async (path) => {
    const answer = await fetch(url + path, page);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('start()');
  },
);

test('the page may run its own inline script and no other', async () => {
  const policy = (await fetch(`${url}/`, page)).headers.get('content-security-policy');
  expect(policy).toContain("script-src 'self' 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='");
});

test.each(['/_app/gone.js', '/logo.png', '/%2e%2e/secret', '/..%2fsecret', '/_app/../../secret', '/index.html.bak'])(
  '%s is no file of the dashboard',
  async (path) => {
    const answer = await fetch(url + path);
    expect(await answer.text()).not.toBe('secret');
    expect([problemStatus.not_found, 200]).toContain(answer.status);
    if (answer.status === 200) expect(answer.headers.get('content-type')).toContain('text/html');
  },
);

test('a dashboard that is not built says how to build it', async () => {
  const serve = await createStatic(join(folder, 'nothing'));
  await expect(serve(Object({ headers: {} }), Object({}), '/')).rejects.toThrow('not built');
});
