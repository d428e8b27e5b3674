import { QueryError, type Querier } from '@assay/clickhouse';
import { statementSettings, type AnswerRow, type Statement } from '@assay/rules';

/** A statement of a check that takes longer is at fault itself. */
const statementSeconds_max = 900;

/** Runs the statements of one check and keeps what they cost. */
export class StatementRunner {
  readonly #db: Querier;
  readonly #signal: AbortSignal;
  readonly #startedAt = performance.now();
  readonly #durations = new Map<number, number>();
  statements = 0;
  rows_read = 0;

  constructor(db: Querier, signal: AbortSignal) {
    this.#db = db;
    this.#signal = signal;
  }

  get duration_ms(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  /** How long the parts of a planned statement took together, in milliseconds. */
  durationOf(number: number): number {
    return Math.round(this.#durations.get(number) ?? 0);
  }

  /** The rows of a planned statement, or why the engine refuses it. Throws what a retry may heal. */
  async run(statement: Statement): Promise<{ rows: readonly AnswerRow[] } | { error: string }> {
    const started = performance.now();
    try {
      return { rows: await this.rows(statement.sql) };
    } catch (error) {
      if (error instanceof QueryError && !error.retryable) return { error: error.message };
      throw error;
    } finally {
      const before = this.#durations.get(statement.number) ?? 0;
      this.#durations.set(statement.number, before + performance.now() - started);
    }
  }

  /** The rows of any statement the planner wrote. Throws QueryError. */
  async rows(sql: string): Promise<readonly AnswerRow[]> {
    this.#signal.throwIfAborted();
    const answer = await this.#db.statement(sql, {
      settings: { ...statementSettings, max_execution_time: statementSeconds_max },
      signal: this.#signal,
    });
    this.statements += 1;
    this.rows_read += answer.read_rows;
    return answer.rows;
  }
}
