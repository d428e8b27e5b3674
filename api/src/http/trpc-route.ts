import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { appRouter } from '../router.ts';
import { jsonBytesMax } from './read-json.ts';
import type { Route } from './routes.ts';
import { batchMost, checkTrpcCall } from './trpc-call.ts';

export const trpcPrefix = '/trpc/';

/** The procedures as tRPC. Only JSON is taken: a form could be sent by a page of another site. */
export function trpcRoute(): Route {
  return async ({ request, response, url, context }) => {
    if (!url.pathname.startsWith(trpcPrefix)) return 'not_mine';
    const path = url.pathname.slice(trpcPrefix.length);
    checkTrpcCall(request, url, path);
    const ctx = await context();
    await nodeHTTPRequestHandler({
      router: appRouter,
      path,
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
