import { isTRPCClientError, type TRPCClientError } from '@trpc/client';
import type { AppRouter } from '@assay/api';

/** Why something a person asked for did not work, as the API said it. */
export interface Failure {
  readonly message: string;
  /** Empty when the request never reached the API. */
  readonly request_id: string;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
}

export interface FieldProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Turns whatever a call threw into what is shown beside the thing that failed. */
export function toFailure(error: unknown): Failure {
  if (isTRPCClientError<AppRouter>(error)) return ofClient(error);
  return { message: unreachable, request_id: '', code: 'unreachable', fields: [] };
}

const unreachable = 'The Assay API does not answer. It may be restarting: this page tries again by itself.';

function ofClient(error: TRPCClientError<AppRouter>): Failure {
  const { data } = error;
  if (!data) return { message: unreachable, request_id: '', code: 'unreachable', fields: [] };
  return { message: error.message, request_id: data.request_id, code: data.code, fields: data.fields };
}
