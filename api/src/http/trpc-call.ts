import type { IncomingMessage } from 'node:http';
import { didYouMean } from '@assay/rules';
import { z } from 'zod';
import { RequestProblem } from '../problem.ts';
import { appRouter } from '../router.ts';
import { bodyTooLarge, jsonBytesMax } from './read-json.ts';

/** Calls that one request may bring. */
export const batchMost = 20;

const definition = z.object({ type: z.enum(['query', 'mutation', 'subscription']) });
const typeOf = new Map(
  Object.entries<unknown>(appRouter._def.procedures).map(([name, procedure]) => {
    const described = typeof procedure === 'function' && '_def' in procedure ? procedure._def : undefined;
    return [name, definition.parse(described).type];
  }),
);
const methodOf = { query: 'GET', mutation: 'POST', subscription: 'GET' } as const;

/** Refuses a request that cannot become calls, in words of ours, before tRPC does in its own. Throws RequestProblem. */
export function checkTrpcCall(request: IncomingMessage, url: URL, path: string): void {
  const names = url.searchParams.get('batch') === '1' ? path.split(',') : [path];
  if (names.length > batchMost) {
    throw new RequestProblem(
      'bad_request',
      `A batch has at most ${batchMost} calls, this one has ${names.length}: send several.`,
    );
  }
  if (path === '') throw new RequestProblem('not_found', 'Name a procedure behind /trpc/, such as /trpc/source.list.');
  if (request.headers['trpc-accept'] !== undefined && url.searchParams.get('batch') !== '1') {
    throw new RequestProblem('bad_request', 'Answers come as a stream (trpc-accept) for batches only: add ?batch=1.');
  }
  for (const name of names) checkMethod(name, request.method ?? '');
  if (request.method !== 'POST') return;
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestProblem('unsupported_media_type', 'Send calls with the header Content-Type: application/json.');
  }
  if (Number(request.headers['content-length'] ?? 0) > jsonBytesMax) throw bodyTooLarge();
}

function checkMethod(name: string, method: string): void {
  const type = typeOf.get(name);
  if (type === undefined) {
    throw new RequestProblem('not_found', `There is no procedure ${name}${didYouMean(name, typeOf.keys()) || '.'}`);
  }
  const wanted = methodOf[type];
  if (method !== wanted) {
    throw new RequestProblem('method_not_allowed', `${name} is a ${type}: call it with ${wanted}, not with ${method}.`);
  }
}
