import { ClickHouseError } from '@clickhouse/client';

/**
 * What a failed statement says of the next try. `away`: the engine is not there, busy or full for the moment, and whatever is asked would
 * have failed. `strained`: the statement was stopped for what it took, time or the memory of all together; it may pass when the engine has
 * less to do, and may also be the cause. `refused`: the same statement fails again.
 */
export type Trouble = 'away' | 'strained' | 'refused';

/** Thrown when the engine refused a statement or could not be reached. */
export class QueryError extends Error {
  /** ClickHouse's own code; 0 when the engine gave no answer. */
  readonly code: number;
  readonly trouble: Trouble;
  readonly query_id: string;

  constructor(message: string, options: { code: number; trouble: Trouble; query_id: string; cause: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'QueryError';
    this.code = options.code;
    this.trouble = options.trouble;
    this.query_id = options.query_id;
  }

  /** True when the same statement may succeed later; the outcome of a write is then unknown. */
  get retryable(): boolean {
    return this.trouble !== 'refused';
  }
}

/**
 * Codes of an engine that is away: no answer, names, quotas, too many statements or connections, network, keeper and replicas, aborted,
 * disk full, too many parts, a locked session, threads, a deadlock, a wrong password, sessions, overload.
 */
const away = new Set([
  0, 198, 201, 202, 203, 209, 210, 225, 236, 242, 243, 244, 252, 254, 279, 285, 286, 319, 373, 425, 439, 473, 516, 517,
  519, 700, 745, 999, 1000,
]);

/** TIMEOUT_EXCEEDED, TOO_SLOW, CANNOT_ALLOCATE_MEMORY, QUERY_WAS_CANCELLED. */
const strained = new Set([159, 160, 173, 394]);
const MEMORY_LIMIT_EXCEEDED = 241;
const STD_EXCEPTION = 1001;

function troubleOf(code: number, text: string): Trouble {
  if (away.has(code)) return 'away';
  if (strained.has(code)) return 'strained';
  // The engine tells by words alone whether one statement took too much or all of them together.
  if (code === MEMORY_LIMIT_EXCEEDED && /\((?:total|for user)\)|^User memory limit/u.test(text)) return 'strained';
  if (code === STD_EXCEPTION && text.includes('bad_alloc')) return 'strained';
  return 'refused';
}

/** Turns whatever the client threw into a QueryError. */
export function queryError(cause: unknown, query_id: string): QueryError {
  if (cause instanceof QueryError) return cause;
  if (cause instanceof ClickHouseError) {
    const code = Number(cause.code);
    const trouble = troubleOf(code, cause.message);
    return new QueryError(firstSentence(cause.message), { code, trouble, query_id, cause });
  }
  const message = cause instanceof Error && cause.message !== '' ? cause.message : 'the connection was lost';
  return new QueryError(`ClickHouse did not answer: ${message}`, { code: 0, trouble: 'away', query_id, cause });
}

/** The engine's text without the scope and version that follow it. */
function firstSentence(text: string): string {
  return text
    .replace(/\s*\(version [^)]*\)\s*$/u, '')
    .replace(/: In scope .*$/su, '')
    .trim();
}
