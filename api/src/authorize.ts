import type { Role } from '@assay/clickhouse';
import { mayActAs } from './caller.ts';
import { RequestProblem } from './problem.ts';
import type { AuthorizedContext, Context } from './trpc.ts';

/** The context of a caller that may do what a role is needed for. Throws `unauthenticated` or `forbidden`. */
export function authorize(ctx: Context, needed: Role): AuthorizedContext {
  const { caller } = ctx;
  if (caller === undefined) {
    throw new RequestProblem('unauthenticated', 'This needs an API key: send it as "Authorization: Bearer assay_…".');
  }
  if (!mayActAs(caller.role, needed)) {
    throw new RequestProblem(
      'forbidden',
      `This needs the role ${needed}; the key ${caller.actor} has the role ${caller.role}.`,
    );
  }
  return { ...ctx, caller, db: ctx.services.connection.querier(caller.tenant) };
}
