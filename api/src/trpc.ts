import type { Querier, Role } from '@assay/clickhouse';
import { TRPCError, initTRPC } from '@trpc/server';
import type { OpenApiMeta } from 'trpc-to-openapi';
import { authorize } from './authorize.ts';
import type { Caller } from './caller.ts';
import { problemStatus, type ProblemCode } from './problem.ts';
import { toProblem } from './to-problem.ts';
import type { Services } from './services.ts';

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
      return {
        message: problem.message,
        code: shape.code,
        data: {
          code: problem.code,
          http_status: problemStatus[problem.code],
          request_id: ctx?.request_id ?? '',
          fields: [...problem.fields],
        },
      };
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

function procedureFor(needed: Role) {
  return t.procedure
    .meta({ access: needed })
    .use(answeringProblems)
    .use(({ ctx, next }) => next({ ctx: authorize(ctx, needed) }));
}

export const viewer = procedureFor('viewer');
export const editor = procedureFor('editor');
export const admin = procedureFor('admin');
export const { router } = t;
