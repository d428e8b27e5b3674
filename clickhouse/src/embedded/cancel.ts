import { engineError } from './errors.ts';
import { isBlank, lex } from './lexer.ts';
import { quoteString } from './parameters.ts';
import type { EngineSession } from './session.ts';

/**
 * The library invents query ids, so ours travels in `log_comment`, beside the caller's own comment.
 */
export function logComment(queryId: string, callers: string | undefined): string {
  return JSON.stringify(callers === undefined ? { q: queryId } : { q: queryId, c: callers });
}

const QUERY_ID = "JSONExtractString(Settings['log_comment'], 'q')";

/** Stops statements by the query id their caller gave, from a session that nobody else uses. */
export class Canceller {
  readonly #control: EngineSession;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(control: EngineSession) {
    this.#control = control;
  }

  /** Asks the engine to stop the statement until it has settled, since a request can come before it is listed. */
  async killUntilSettled(queryId: string, settled: Promise<unknown>): Promise<void> {
    let done = false;
    const end = settled.then(
      () => (done = true),
      () => (done = true),
    );
    const isDone = (): boolean => done;
    // A statement that has just ended needs no stopping.
    await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
    for (let pause = 10; !isDone(); pause = Math.min(pause * 2, 500)) {
      await this.run(`KILL QUERY WHERE ${QUERY_ID} = ${quoteString(queryId)} ASYNC`);
      await Promise.race([end, new Promise((resolve) => setTimeout(resolve, pause).unref())]);
    }
  }

  /** Runs a statement on the control session, after those before it. */
  run(sql: string): Promise<string> {
    const next = this.#queue.then(async () => Buffer.from((await this.#control.query(sql)).bytes).toString());
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#control.close();
  }
}

/** A caller's KILL QUERY, made to mean the ids that callers gave. Throws EngineError 48 for SYNC, which never returns. */
export function killStatement(sql: string): string {
  let text = '';
  for (const token of lex(sql)) {
    const part = sql.slice(token.start, token.end);
    const word = isBlank(token) || token.kind === 'string' ? '' : part.replaceAll(/[`"]/g, '').toLowerCase();
    if (word === 'sync')
      throw engineError('NOT_IMPLEMENTED', 'KILL QUERY … SYNC is not possible in the embedded engine: use ASYNC.');
    text += word === 'query_id' ? QUERY_ID : part;
  }
  return text;
}
