import type { Problem as FieldProblem } from './shapes/problem.ts';

/** Every kind of refusal the API knows, with the HTTP status it is answered with. */
export const problemStatus = {
  bad_request: 400,
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  misdirected: 421,
  unprocessable: 422,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
  insufficient_storage: 507,
} as const;

export type ProblemCode = keyof typeof problemStatus;

/** Thrown when a request cannot be done; its message is a sentence for the person who asked. */
export class RequestProblem extends Error {
  readonly code: ProblemCode;
  /** Where in the request the problem lies, when it has places. */
  readonly fields: readonly FieldProblem[];

  constructor(code: ProblemCode, message: string, options: { cause?: unknown; fields?: readonly FieldProblem[] } = {}) {
    super(message, { cause: options.cause });
    this.name = 'RequestProblem';
    this.code = code;
    this.fields = options.fields ?? [];
  }
}

/** The body of every error answer. */
export interface ProblemBody {
  readonly code: ProblemCode;
  readonly message: string;
  readonly request_id: string;
  readonly fields?: readonly FieldProblem[];
}

/** What is answered to a request that cannot be done. */
export function problemBody(problem: RequestProblem, request_id: string): ProblemBody {
  const { code, message, fields } = problem;
  return { code, message, request_id, ...(fields.length === 0 ? {} : { fields }) };
}

/** The text with a full stop, unless it ends as a sentence does. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
