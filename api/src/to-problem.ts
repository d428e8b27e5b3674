import { FileTooLargeError, QueryError } from '@assay/clickhouse';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { RequestProblem, type ProblemCode } from './problem.ts';

const hidden = 'Assay could not do this because of a fault of its own; its log has the details under this request id.';

/** The problem behind whatever was thrown. Only problems that were meant for people keep their words. */
export function toProblem(error: unknown): RequestProblem {
  if (error instanceof RequestProblem) return error;
  if (error instanceof FileTooLargeError)
    return new RequestProblem('too_large', sentence(error.message), { cause: error });
  if (error instanceof QueryError) {
    return error.retryable
      ? new RequestProblem('unavailable', 'ClickHouse does not answer at the moment; try again.', { cause: error })
      : new RequestProblem('internal', hidden, { cause: error });
  }
  if (error instanceof TRPCError) return ofTrpc(error);
  return new RequestProblem('internal', hidden, { cause: error });
}

/** tRPC's own refusals have words for people; a wrapped error is judged by what it wraps. */
function ofTrpc(error: TRPCError): RequestProblem {
  const { cause } = error;
  if (error.code === 'BAD_REQUEST' && cause instanceof z.ZodError) return invalidInput(cause);
  if (cause !== undefined && error.code === 'INTERNAL_SERVER_ERROR') return toProblem(cause);
  if (cause instanceof RequestProblem) return cause;
  const code = ownCodes[error.code];
  return code === undefined
    ? new RequestProblem('internal', hidden, { cause: error })
    : new RequestProblem(code, sentence(error.message), { cause: error });
}

const ownCodes: Partial<Record<TRPCError['code'], ProblemCode>> = {
  BAD_REQUEST: 'bad_request',
  PARSE_ERROR: 'bad_request',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'method_not_allowed',
  PAYLOAD_TOO_LARGE: 'too_large',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_media_type',
};

/** A request that does not have the shape asked for, naming the first field. */
export function invalidInput(error: z.ZodError): RequestProblem {
  const fields = error.issues.map((issue) => ({
    path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    line: null,
    message: issue.message,
  }));
  const [first] = fields;
  const place = first === undefined || first.path.length === 0 ? '' : `${first.path.join('.')}: `;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return new RequestProblem('invalid_input', sentence(`${place}${first?.message ?? 'the input is not valid'}${more}`), {
    cause: error,
    fields,
  });
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
