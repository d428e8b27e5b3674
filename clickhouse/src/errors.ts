import { ClickHouseError } from '@clickhouse/client';

/** Thrown when the engine refused a statement or could not be reached. */
export class QueryError extends Error {
  /** ClickHouse's own code; 0 when the engine gave no answer. */
  readonly code: number;
  /** True when the same statement may succeed later; the outcome of a write is then unknown. */
  readonly retryable: boolean;
  readonly query_id: string;

  constructor(message: string, options: { code: number; retryable: boolean; query_id: string; cause: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'QueryError';
    this.code = options.code;
    this.retryable = options.retryable;
    this.query_id = options.query_id;
  }
}

/** Codes of an engine that is busy, full for the moment, or was cut off: TOO_MANY_SIMULTANEOUS_QUERIES, network, too many parts, keeper. */
const passing = new Set([0, 202, 209, 210, 236, 243, 252, 279, 439, 999]);

/** Turns whatever the client threw into a QueryError. */
export function queryError(cause: unknown, query_id: string): QueryError {
  if (cause instanceof QueryError) return cause;
  if (cause instanceof ClickHouseError) {
    const code = Number(cause.code);
    return new QueryError(firstSentence(cause.message), { code, retryable: passing.has(code), query_id, cause });
  }
  const message = cause instanceof Error && cause.message !== '' ? cause.message : 'the connection was lost';
  return new QueryError(`ClickHouse did not answer: ${message}`, { code: 0, retryable: true, query_id, cause });
}

/** The engine's text without the scope and version that follow it. */
function firstSentence(text: string): string {
  return text
    .replace(/\s*\(version [^)]*\)\s*$/u, '')
    .replace(/: In scope .*$/su, '')
    .trim();
}
