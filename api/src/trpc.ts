import type { Querier, Role } from '@assay/clickhouse';
import { TRPCError, initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { OpenApiMeta } from 'trpc-to-openapi';
import { authorize } from './authorize.ts';
import type { Caller } from './caller.ts';
import { problemStatus, type ProblemCode, type RequestProblem } from './problem.ts';
import type { Services } from './services.ts';
import { toProblem } from './to-problem.ts';
import { refuseUnreadable } from './readable-input.ts';

export interface Context {
  readonly services: Services;
  readonly request_id: string;
  /** Undefined when the request carried no key and needed one. */
  readonly caller: Caller | undefined;
}

/** What a procedure sees: a caller whose role was checked, and the tables of the caller's tenant. */
export interface AuthorizedContext extends Context {
  readonly caller: Caller;
  readonly db: Querier;
}

export interface Meta extends OpenApiMeta {
  /** The least role that may call it. */
  readonly access?: Role;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
    errorFormatter({ shape, error, ctx }) {
      const problem = toProblem(error);
      return { message: problem.message, code: shape.code, data: dataOf(problem, ctx?.request_id ?? '') };
    },
  });

const trpcCode: Readonly<Record<ProblemCode, TRPCError['code']>> = {
  bad_request: 'BAD_REQUEST',
  invalid_input: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  method_not_allowed: 'METHOD_NOT_SUPPORTED',
  timeout: 'TIMEOUT',
  conflict: 'CONFLICT',
  too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_media_type: 'UNSUPPORTED_MEDIA_TYPE',
  misdirected: 'BAD_REQUEST',
  unprocessable: 'UNPROCESSABLE_CONTENT',
  too_many_requests: 'TOO_MANY_REQUESTS',
  internal: 'INTERNAL_SERVER_ERROR',
  unavailable: 'SERVICE_UNAVAILABLE',
  insufficient_storage: 'INTERNAL_SERVER_ERROR',
};

/** A problem as tRPC answers one, for requests that did not get as far as a procedure. */
export function trpcAnswer(problem: RequestProblem, request_id: string) {
  const code = TRPC_ERROR_CODES_BY_KEY[trpcCode[problem.code]];
  return { error: { message: problem.message, code, data: dataOf(problem, request_id) } };
}

function dataOf(problem: RequestProblem, request_id: string) {
  const { code, fields } = problem;
  return { code, http_status: problemStatus[code], request_id, fields: [...fields] };
}

/** The one place where errors become tRPC's: whatever a procedure threw is answered as a problem, and the unexpected is logged whole. */
const answeringProblems = t.middleware(async ({ ctx, next, path, type }) => {
  const result = await next();
  if (result.ok) return result;
  const problem = toProblem(result.error);
  if (problemStatus[problem.code] >= 500) {
    const { caller, request_id } = ctx;
    ctx.services.log.error({ request_id, path, type, tenant: caller?.tenant, err: result.error.cause ?? result.error });
  }
  throw new TRPCError({ code: trpcCode[problem.code], message: problem.message, cause: problem });
});

const readingInput = t.middleware(async ({ next, getRawInput }) => {
  refuseUnreadable(await getRawInput());
  return next();
});

function procedureFor(needed: Role) {
  return t.procedure
    .meta({ access: needed })
    .use(answeringProblems)
    .use(readingInput)
    .use(({ ctx, next }) => next({ ctx: authorize(ctx, needed) }));
}

export const viewer = procedureFor('viewer');
export const editor = procedureFor('editor');
export const admin = procedureFor('admin');
export const { router } = t;
