import { authorize } from '../authorize.ts';
import { appRouter } from '../router.ts';
import { RequestProblem } from '../problem.ts';
import { ingestResultSchema } from '../shapes/ingest-result-schema.ts';
import { answerJson } from './answer.ts';
import { docsFont } from './docs-font.ts';
import { docsPage } from './docs-page.ts';
import { streamEvents } from './event-stream.ts';
import { describeApi } from './openapi.ts';
import { createRest } from './rest.ts';
import type { Route } from './routes.ts';

const prefix = '/api/v1';
/** Beside the procedures. */
const described = new Set(['/openapi.json', '/ingest-result.schema.json', '/docs', '/events']);

/** Everything else under /api/v1: the procedures as REST, live events, and what describes them. */
export function apiRoute(version: string): Route {
  const document = describeApi(appRouter, version);
  const docs = docsPage(document);
  const rest = createRest(document);
  const schema = ingestResultSchema();
  return async ({ request, response, url, context }) => {
    const { pathname } = url;
    if (pathname === '/api/docs' || pathname === '/api/v1') {
      response.writeHead(308, { Location: `${prefix}/docs` }).end();
      return 'answered';
    }
    if (!pathname.startsWith(`${prefix}/`)) return 'not_mine';
    const path = pathname.slice(prefix.length);
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (!reading && described.has(path)) {
      response.setHeader('Allow', 'GET, HEAD');
      throw new RequestProblem('method_not_allowed', `${pathname} takes GET.`);
    }
    const font = reading ? await docsFont(path) : undefined;
    if (font !== undefined) {
      const headers = { 'Content-Type': 'font/woff2', 'Content-Length': font.length, 'Cache-Control': 'max-age=86400' };
      response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : font);
    } else if (reading && path === '/openapi.json') answerJson(response, 200, document);
    else if (reading && path === '/ingest-result.schema.json') answerJson(response, 200, schema);
    else if (reading && path === '/docs') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(docs);
    } else if (reading && path === '/events') {
      await streamEvents(request, response, { ctx: authorize(await context(), 'viewer'), url });
    } else {
      await rest(request, response, { url, path, ctx: await context() });
    }
    return 'answered';
  };
}
