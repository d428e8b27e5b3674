import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { RequestProblem } from '../problem.ts';
import { appRouter } from '../router.ts';
import { jsonBytesMax } from './read-json.ts';
import type { Route } from './routes.ts';

const prefix = '/trpc/';
const batchMost = 20;

/** The procedures as tRPC. Only JSON is taken: a form could be sent by a page of another site. */
export function trpcRoute(): Route {
  return async ({ request, response, url, context }) => {
    if (!url.pathname.startsWith(prefix)) return 'not_mine';
    if (request.method === 'POST' && !/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      throw new RequestProblem('unsupported_media_type', 'Send calls as application/json.');
    }
    const ctx = await context();
    await nodeHTTPRequestHandler({
      router: appRouter,
      path: url.pathname.slice(prefix.length),
      req: request,
      res: response,
      createContext: () => ctx,
      maxBodySize: jsonBytesMax,
      maxBatchSize: batchMost,
      responseMeta: () => ({ headers: { 'Cache-Control': 'no-store' } }),
    });
    return 'answered';
  };
}
