import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { speakPlainly } from '@assay/rules';
import { RequestProblem, problemStatus } from '../problem.ts';
import type { Services } from '../services.ts';
import { toProblem } from '../to-problem.ts';
import type { Pace } from '../upload/paced-body.ts';
import { answerProblem } from './answer.ts';
import { apiRoute } from './api-route.ts';
import type { Authenticate } from './authenticate.ts';
import { guardRequest } from './guard.ts';
import { healthRoute } from './health-route.ts';
import type { Route } from './routes.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { sessionRoute } from './session-route.ts';
import type { ServeStatic } from './static-files.ts';
import { trpcPrefix, trpcRoute } from './trpc-route.ts';
import { uploadRoute } from './upload-route.ts';

export interface ServerDeps {
  readonly services: Services;
  readonly authenticate: Authenticate;
  readonly pace: Pace;
  readonly serveStatic: ServeStatic;
  readonly data_dir: string;
  /** Whether people at this machine need no key. */
  readonly open: boolean;
  /** Names besides loopback's that this server answers to while it is open. */
  readonly hosts: ReadonlySet<string>;
}

/** Where programs ask: an address there that does not exist must not be answered with the dashboard's page. */
const forPrograms = /^\/(?:api|trpc|health|metrics)(?:\/|$)/;
const headerBytesMax = 32 * 1024;
/** A request that is no upload must be here whole within this time. */
const requestWithin_ms = 30_000;
/** How long the rest of a refused body is taken, so that its sender gets to read why. */
const drainWithin_ms = 2_000;

/** The one HTTP server: dashboard, tRPC, REST, uploads, live events, health and metrics. It does not listen yet. */
export function createHttpServer(deps: ServerDeps): Server {
  const { services, authenticate } = deps;
  speakPlainly();
  const routes: Route[] = [
    healthRoute(services, { data_dir: deps.data_dir, uploads_open: () => services.uploads.slots.taken }),
    sessionRoute(authenticate, { secure: services.links.base.startsWith('https:') }),
    uploadRoute(deps.pace),
    apiRoute(services.version),
    trpcRoute(),
    async ({ request, response, url }) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') return 'not_mine';
      if (forPrograms.test(url.pathname)) return 'not_mine';
      await deps.serveStatic(request, response, url.pathname);
      return 'answered';
    },
  ];

  async function answer(request: IncomingMessage, response: ServerResponse, request_id: string): Promise<void> {
    const url = addressOf(request);
    guardRequest(request, deps);
    if (!url.pathname.endsWith('/files')) destroyWhenSlow(request);
    const context = async () => ({ services, request_id, caller: await authenticate(request) });
    for (const route of routes) {
      if ((await route({ request, response, url, request_id, context })) === 'answered') return;
    }
    throw new RequestProblem('not_found', `There is nothing at ${url.pathname}.`);
  }

  const server = createServer(
    {
      requestTimeout: 0,
      headersTimeout: 20_000,
      keepAliveTimeout: 30_000,
      maxHeaderSize: headerBytesMax,
      // Node would refuse a request without one itself, with an empty answer.
      requireHostHeader: false,
    },
    (request, response) => {
      const request_id = randomUUID();
      response.setHeader('X-Request-Id', request_id);
      setSecurityHeaders(response);
      answer(request, response, request_id).catch((error: unknown) => {
        const problem = toProblem(error);
        if (problemStatus[problem.code] >= 500) {
          const { method, url } = request;
          services.log.error({ request_id, method, path: url?.split('?')[0], err: problem.cause ?? problem });
        }
        if (!request.complete) drain(request, response);
        const dialect = request.url?.startsWith(trpcPrefix) === true ? 'trpc' : 'rest';
        answerProblem(response, problem, { request_id, dialect });
      });
    },
  );
  // A client that speaks no HTTP gets told so and nothing is logged about it.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    if (socket.writable) socket.end(plainAnswer(status));
    else socket.destroy();
  });
  return server;
}

const notHttp = {
  400: ['Bad Request', 'bad_request', 'This is not an HTTP request that can be read.'],
  408: ['Request Timeout', 'timeout', 'The headers of the request did not come in time.'],
  431: [
    'Request Header Fields Too Large',
    'too_large',
    `The headers of the request are larger than ${headerBytesMax} bytes.`,
  ],
} as const;

/** An answer to what never became a request, in the shape of every other. */
function plainAnswer(status: keyof typeof notHttp): string {
  const [reason, code, message] = notHttp[status];
  const body = JSON.stringify({ code, message, request_id: randomUUID() });
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function addressOf(request: IncomingMessage): URL {
  try {
    const url = new URL(request.url ?? '/', 'http://assay.invalid');
    // What is no UTF-8 would be read as another text without a word.
    decodeURIComponent(url.search.replaceAll('+', ' '));
    return url;
  } catch (cause) {
    const message =
      'The address of the request cannot be read: write %25 for a percent sign, and other bytes as UTF-8, such as %C3%BC.';
    throw new RequestProblem('bad_request', message, { cause });
  }
}

function destroyWhenSlow(request: IncomingMessage): void {
  const watch = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, requestWithin_ms);
  request.once('close', () => {
    clearTimeout(watch);
  });
}

/** The rest of the body is thrown away for a moment, then the connection ends. */
function drain(request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false;
  request.resume();
  const end = setTimeout(() => request.destroy(), drainWithin_ms).unref();
  request.once('end', () => {
    clearTimeout(end);
  });
}
