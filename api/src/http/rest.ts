import type { IncomingMessage, ServerResponse } from 'node:http';
import { callTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { RequestProblem } from '../problem.ts';
import { appRouter } from '../router.ts';
import type { Context } from '../trpc.ts';
import { answerJson } from './answer.ts';
import type { OpenApiDocument } from './openapi.ts';
import { readJson } from './read-json.ts';
import { queryInput } from './rest-input.ts';
import { createRouteFinder } from './rest-routes.ts';

const fields = z.record(z.string(), z.unknown());

/** Serves the procedures as REST. Throws what the procedure threw. */
export function createRest(
  document: OpenApiDocument,
): (
  request: IncomingMessage,
  response: ServerResponse,
  call: { url: URL; path: string; ctx: Context },
) => Promise<void> {
  const find = createRouteFinder(document);
  return async (request, response, { url, path, ctx }) => {
    // Node leaves the body of an answer to HEAD out by itself.
    const answer = find(request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'), path);
    if (answer.kind === 'unknown') {
      throw new RequestProblem(
        'not_found',
        `There is nothing at ${url.pathname}; what there is stands in /api/v1/openapi.json.`,
      );
    }
    if (answer.kind === 'wrong_method') {
      response.setHeader('Allow', answer.allowed.join(', '));
      throw new RequestProblem('method_not_allowed', `${url.pathname} takes ${answer.allowed.join(' and ')}.`);
    }
    const { route, path: named } = answer.found;
    const body = bodyFields(await readJson(request));
    if (route.operation.requestBody === undefined) refuseBody(body, `${route.method} ${url.pathname}`);
    refuseTwice(body, named);
    const input = { ...queryInput(route.operation, url.searchParams), ...body, ...named };
    const [router, name] = route.procedure;
    const output: unknown = await callTRPCProcedure({
      router: appRouter,
      path: `${router}.${name}`,
      type: route.method === 'GET' ? 'query' : 'mutation',
      getRawInput: () => Promise.resolve(input),
      ctx,
      signal: undefined,
      batchIndex: 0,
    });
    answerJson(response, 200, output);
  };
}

function refuseBody(body: Readonly<Record<string, unknown>>, asked: string): void {
  if (Object.keys(body).length === 0) return;
  throw new RequestProblem('bad_request', `${asked} takes no body: write its fields behind a ? in the address.`);
}

/** What the address says already may be in the body only as the same. */
function refuseTwice(body: Readonly<Record<string, unknown>>, named: Readonly<Record<string, string>>): void {
  for (const [field, value] of Object.entries(named)) {
    if (!Object.hasOwn(body, field) || body[field] === value) continue;
    throw new RequestProblem(
      'invalid_input',
      `The body says ${field} is ${JSON.stringify(body[field])}, the address ${JSON.stringify(value)}: they must agree.`,
    );
  }
}

function bodyFields(body: unknown): Record<string, unknown> {
  const read = fields.safeParse(body);
  if (!read.success) throw new RequestProblem('bad_request', 'The body must be a JSON object.');
  return read.data;
}
