import { FileTooLargeError, QueryError } from '@assay/clickhouse';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { RequestProblem, sentence, type ProblemCode } from './problem.ts';

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
  const isJson = !(cause instanceof SyntaxError);
  const [code, message] = refusals[isJson ? error.code : 'PARSE_ERROR'] ?? ['internal', hidden];
  return new RequestProblem(code, message, { cause: error });
}

/** What tRPC itself refuses before a procedure is reached. */
const refusals: Partial<Record<TRPCError['code'], readonly [ProblemCode, string]>> = {
  BAD_REQUEST: [
    'bad_request',
    'The input of this call cannot be read: send it as JSON, a batch as an object by position.',
  ],
  PARSE_ERROR: ['bad_request', 'The input of this call is not JSON.'],
  NOT_FOUND: ['not_found', 'There is no such procedure.'],
  METHOD_NOT_SUPPORTED: ['method_not_allowed', 'Call queries with GET and mutations with POST.'],
  PAYLOAD_TOO_LARGE: ['too_large', 'The body of this call is larger than a call may be; send files as uploads.'],
  UNSUPPORTED_MEDIA_TYPE: ['unsupported_media_type', 'Send calls as application/json.'],
};

/** `limit: `, `state, entry 2: `; of the input as a whole what makes a sentence of what follows. */
function placeOf({ path, message }: { readonly path: readonly (string | number)[]; readonly message: string }): string {
  if (path.length === 0) return /^(?:is|must|has|cannot) /.test(message) ? 'The input ' : '';
  const steps = path.map((step) => (typeof step === 'number' ? `, entry ${step + 1}` : `.${step}`));
  return `${steps.join('').replace(/^[.,] ?/, '')}: `;
}

/** A request that does not have the shape asked for, naming the first field. */
export function invalidInput(error: z.ZodError): RequestProblem {
  const fields = error.issues.map((issue) => ({
    path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    line: null,
    message: issue.message,
  }));
  const [first] = fields;
  const place = first === undefined ? '' : placeOf(first);
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return new RequestProblem('invalid_input', sentence(`${place}${first?.message ?? 'the input is not valid'}${more}`), {
    cause: error,
    fields,
  });
}
