import { authorize } from '../authorize.ts';
import { appRouter } from '../router.ts';
import { ingestResultSchema } from '../shapes/ingest-result-schema.ts';
import { answerJson } from './answer.ts';
import { docsPage } from './docs-page.ts';
import { streamEvents } from './event-stream.ts';
import { describeApi } from './openapi.ts';
import { createRest } from './rest.ts';
import type { Route } from './routes.ts';

const prefix = '/api/v1';

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
    const reading = request.method === 'GET';
    if (reading && path === '/openapi.json') answerJson(response, 200, document);
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
