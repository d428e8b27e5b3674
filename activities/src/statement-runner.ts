import { id, lookup, QueryError, type Querier } from '@assay/clickhouse';
import { maskedValue, statementSettings, type AnswerRow, type SharedSelect, type Statement } from '@assay/rules';
import { z } from 'zod';
import type { Beat } from './heartbeat.ts';

/** A statement of a check that takes longer strains the engine. */
const statementSeconds_max = 900;

const settings = { ...statementSettings, max_execution_time: statementSeconds_max };
/** Few rows are read for many loads at once: what takes longer is stuck, and each asks alone. */
const sharedSettings = { ...settings, max_execution_time: 30 };
const sharedAnswer = z.looseObject({ load_id: id, chunk_id: id });

/** So many attempts of a check are given up to an engine that has too much to do; after them the statement that is stopped is at fault. */
const strains_max = 3;

/** What came of a statement: its rows, or a sentence when the statement itself is at fault. */
export type Asked = { readonly rows: readonly AnswerRow[] } | { readonly error: string };

/** Runs the statements of one check and keeps what they cost. */
export class StatementRunner {
  readonly #db: Querier;
  readonly #beat: Pick<Beat, 'signal' | 'strains' | 'strained'>;
  readonly #hides: boolean;
  readonly #startedAt = performance.now();
  readonly #durations = new Map<number, number>();
  statements = 0;
  rows_read = 0;

  /** @param options.hides whether columns are masked: what the engine quotes is then left out of its reasons */
  constructor(
    db: Querier,
    beat: Pick<Beat, 'signal' | 'strains' | 'strained'>,
    options: { readonly hides: boolean } = { hides: false },
  ) {
    this.#hides = options.hides;
    this.#db = db;
    this.#beat = beat;
  }

  get duration_ms(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  /** How long the parts of a planned statement took together, in milliseconds. */
  durationOf(number: number): number {
    return Math.round(this.#durations.get(number) ?? 0);
  }

  /** The rows of a planned statement, or why the engine refuses it. Throws what a retry may heal. */
  async run(statement: Statement): Promise<Asked> {
    const started = performance.now();
    try {
      return await this.ask(statement.sql, statement.shared);
    } finally {
      const before = this.#durations.get(statement.number) ?? 0;
      this.#durations.set(statement.number, before + performance.now() - started);
    }
  }

  /** The rows of any statement the planner wrote, or why the engine refuses it. Throws what a retry may heal. */
  async ask(sql: string, shared?: SharedSelect): Promise<Asked> {
    const together = shared === undefined ? undefined : await this.#together(shared);
    if (together !== undefined) return { rows: [together] };
    try {
      return { rows: await this.#rows(sql) };
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      const reason = this.#hides ? withoutQuotes(error.message) : error.message;
      if (error.trouble === 'refused') return { error: reason };
      if (error.trouble !== 'strained' || this.#beat.signal.aborted) throw error;
      // Halves of the statement take less each, and the part that is stopped alone took too much.
      if (this.#beat.strains >= strains_max) return { error: reason };
      this.#beat.strained();
      throw error;
    }
  }

  /** Asks along with other loads; undefined when that cannot answer for this one, which then asks alone. */
  async #together({ sql, chunk }: SharedSelect): Promise<AnswerRow | undefined> {
    const { load_id, chunk_id, rows } = chunk;
    this.#beat.signal.throwIfAborted();
    try {
      const by = { load_id: 'UInt64', chunk_id: 'UInt64' } as const;
      const question = lookup({ sql, by, row: sharedAnswer, settings: sharedSettings, of_rows: true });
      const [answer] = await this.#db.lookup(question, { load_id, chunk_id });
      if (answer === undefined) return undefined;
      this.statements += 1;
      this.rows_read += rows;
      return answer;
    } catch (error) {
      if (error instanceof QueryError) return undefined;
      throw error;
    }
  }

  async #rows(sql: string): Promise<readonly AnswerRow[]> {
    this.#beat.signal.throwIfAborted();
    const answer = await this.#db.statement(sql, {
      settings,
      signal: this.#beat.signal,
    });
    this.statements += 1;
    this.rows_read += answer.read_rows;
    return answer.rows;
  }
}

/** The engine quotes values in its reasons, and may quote one in the middle of a longer text. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/'[^']*'|"[^"]*"/g, maskedValue);
}
