/** ClickHouse's own numbers and names for the failures that the engine process itself finds. */
const CODES = {
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_SETTING: 115,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  NETWORK_ERROR: 210,
  ABORTED: 236,
  MEMORY_LIMIT_EXCEEDED: 241,
  NOT_ENOUGH_SPACE: 243,
  CANNOT_DECOMPRESS: 271,
  QUERY_WAS_CANCELLED: 394,
  UNKNOWN_QUERY_PARAMETER: 456,
  BAD_QUERY_PARAMETER: 457,
  ACCESS_DENIED: 497,
} as const;

export type ErrorName = keyof typeof CODES;

/** A failure as a ClickHouse server would report it: `code` and `name` are ClickHouse's, `status` is HTTP's. */
export class EngineError extends Error {
  readonly code: number;
  readonly status: number;

  constructor(text: string, code: number, status: number) {
    super(text);
    this.name = 'EngineError';
    this.code = code;
    this.status = status;
  }
}

/** A failure found in this process, worded and numbered like ClickHouse's. The sentence says what to do. */
export function engineError(name: ErrorName, sentence: string): EngineError {
  const code = CODES[name];
  return new EngineError(`Code: ${code}. DB::Exception: ${sentence} (${name})`, code, statusOf(name));
}

/** A failure of the library: its own text, with the code it begins with; 1002 (unknown exception) when it has none. */
export function fromEngine(cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = /^Code: (\d+)\./.exec(text)?.[1];
  if (code === undefined) return new EngineError(`Code: 1002. DB::Exception: ${text} (UNKNOWN_EXCEPTION)`, 1002, 500);
  return new EngineError(text, Number(code), 500);
}

function statusOf(name: ErrorName): number {
  switch (name) {
    case 'TOO_MANY_SIMULTANEOUS_QUERIES':
    case 'ABORTED':
      return 503;
    case 'NOT_ENOUGH_SPACE':
      return 507;
    case 'ACCESS_DENIED':
      return 403;
    default:
      return 500;
  }
}
