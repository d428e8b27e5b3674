/**
 * The embedded engine behind ClickHouse's HTTP interface: `/ping`, and statements by GET or POST with `query`,
 * `query_id`, `database`, `default_format`, settings and `param_*` in the URL (or as multipart), rows in the body.
 * Results are streamed in any format; failures are ClickHouse's own text with X-ClickHouse-Exception-Code. What it does
 * not do, it refuses with code 48: HTTP sessions, roles, several statements, INTO OUTFILE, FROM INFILE, external tables.
 * It listens on loopback only and has no users: whoever may use this machine's loopback may use it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Engine } from './engine.ts';
import type { EngineOptions } from './env.ts';
import { engineError, fromEngine } from './errors.ts';
import { readRequest } from './request.ts';
import { EngineResponse } from './response.ts';
import { runStatement } from './run-statement.ts';

export interface EngineServer {
  readonly url: string;
  /** Refuses new statements, gives running ones `grace_ms`, then stops them; resolves when none is left. */
  stop(grace_ms: number): Promise<void>;
}

/** Starts to listen on 127.0.0.1. Throws when the port is taken. */
export async function serve(engine: Engine, options: EngineOptions): Promise<EngineServer> {
  const running = new Map<Promise<void>, AbortController>();
  let stopping = false;
  const server = createServer({
    keepAliveTimeout: 30_000,
    requestTimeout: 0,
    headersTimeout: 60_000,
    maxHeaderSize: 1024 ** 2,
  });
  server.on('request', (message, response) => {
    const refusal = strangeCaller(message);
    if (refusal !== undefined) {
      response.writeHead(403, { 'Content-Type': 'text/plain; charset=UTF-8', Connection: 'close' }).end(`${refusal}\n`);
      return;
    }
    const path = (message.url ?? '/').replace(/\?.*$/s, '');
    if (path === '/ping' || (path === '/' && message.url === '/' && message.method === 'GET')) {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=UTF-8' }).end('Ok.\n');
      return;
    }
    if (path !== '/') {
      response
        .writeHead(404, { 'Content-Type': 'text/plain; charset=UTF-8' })
        .end(`There is nothing at ${path}: use /ping or /?query=…\n`);
      return;
    }
    const gone = new AbortController();
    // Whoever reads the body hears of it too, but may have stopped reading.
    message.on('error', () => undefined);
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const work = answer({ engine, options, message, response, gone: gone.signal, stopping }).finally(() =>
      running.delete(work),
    );
    running.set(work, gone);
  });
  await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${addressOf(server).port}`,
    stop: async (grace_ms) => {
      stopping = true;
      server.close();
      server.closeIdleConnections();
      const force = setTimeout(() => {
        for (const gone of running.values()) gone.abort();
        // Bodies that are still being sent end here.
        server.closeAllConnections();
      }, grace_ms);
      await Promise.allSettled(running.keys());
      clearTimeout(force);
    },
  };
}

interface Exchange {
  readonly engine: Engine;
  readonly options: EngineOptions;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly gone: AbortSignal;
  readonly stopping: boolean;
}

async function answer({ engine, options, message, response, gone, stopping }: Exchange): Promise<void> {
  let reply: EngineResponse | undefined;
  try {
    const request = await readRequest(message);
    reply = new EngineResponse(response, { ...request, stream_idle_ms: options.stream_idle_ms }, gone);
    if (stopping)
      throw engineError('ABORTED', 'The engine is stopping: send the statement again after it has started.');
    await runStatement({ engine, request, response: reply, gone });
  } catch (cause) {
    if (gone.aborted || response.headersSent) {
      response.destroy();
      return;
    }
    // What was not read of the body would be taken for the next request.
    if (!message.complete) response.setHeader('Connection', 'close');
    reply ??= new EngineResponse(
      response,
      { query_id: '', encodings: [], stream_idle_ms: options.stream_idle_ms },
      gone,
    );
    reply.fail(fromEngine(cause));
  }
}

/** A web page can make a browser send requests to loopback: by another site's Origin, or by a name that resolves to it. */
function strangeCaller(message: IncomingMessage): string | undefined {
  const { host, origin } = message.headers;
  if (host !== undefined && !isLoopback(`http://${host}`))
    return `The engine answers on loopback only, not as ${host}.`;
  if (origin !== undefined && !isLoopback(origin)) return `The engine does not answer pages of ${origin}.`;
  return undefined;
}

function isLoopback(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    (['localhost', '[::1]'].includes(parsed.hostname) || /^127\.\d+\.\d+\.\d+$/.test(parsed.hostname))
  );
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The engine does not listen on a port.');
  return address;
}
