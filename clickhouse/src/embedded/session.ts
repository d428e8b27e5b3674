import { Session } from 'chdb';
import { insertAndCount, type Written } from './addon.ts';
import { DATABASE, SPOOL_READER } from './engine-config.ts';
import { fromEngine } from './errors.ts';
import { quoteIdentifier, quoteString } from './parameters.ts';
import { openPipe } from './result-pipe.ts';
import type { Socket } from 'node:net';

/** What a session is like while a statement runs. */
export interface Surroundings {
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
}

export interface Output {
  readonly bytes: Uint8Array;
  readonly result_rows: number;
  readonly elapsed_s: number;
}

/** A result on its way. `readable` ends only after `outcome` has settled; whoever stops reading destroys it. */
export interface ResultStream {
  readonly readable: Socket;
  readonly outcome: Promise<Output>;
}

export interface SessionOptions {
  readonly folder: string;
  readonly pipe: string;
  readonly connection_args: readonly string[];
  readonly base_settings: Readonly<Record<string, string>>;
}

/** One connection to the library: one statement at a time. */
export class EngineSession {
  readonly #session: Session;
  readonly #options: SessionOptions;
  #database = '';
  #changed = new Map<string, string>();
  /** True when the session cannot be brought back to how it began; it must not be used again. */
  spent = false;

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#session = new Session(options.folder, { connectionArgs: options.connection_args });
  }

  static async open(options: SessionOptions): Promise<EngineSession> {
    const session = new EngineSession(options);
    // Granted roles are on at first.
    await session.query('SET ROLE NONE');
    return session;
  }

  /** Takes on the database and settings of the next statement and drops those of the last one. Throws EngineError. */
  async prepare(next: Surroundings): Promise<void> {
    const changes: string[] = [];
    for (const name of this.#changed.keys()) {
      if (next.settings.has(name)) continue;
      const base = this.#options.base_settings[name];
      changes.push(`${name} = ${base === undefined ? 'DEFAULT' : quoteString(base)}`);
    }
    for (const [name, value] of next.settings) {
      if (this.#changed.get(name) !== value) changes.push(`${name} = ${quoteString(value)}`);
    }
    if (Number(next.settings.get('readonly') ?? 0) !== 0) this.spent = true;
    if (changes.length > 0) {
      // After a failure nobody knows which of them hold.
      const spent = this.spent;
      this.spent = true;
      await this.query(`SET ${changes.join(', ')}`);
      this.spent = spent;
      this.#changed = new Map(next.settings);
    }
    const database = next.database === 'default' ? DATABASE : next.database;
    if (database !== this.#database) {
      await this.query(`USE ${quoteIdentifier(database)}`);
      this.#database = database;
    }
  }

  /** Runs a statement and holds its whole output. Throws EngineError. */
  async query(sql: string, format = 'TabSeparated'): Promise<Output> {
    try {
      const result = await this.#session.queryAsync(sql, { format });
      return { bytes: result.bytes(), result_rows: result.rowsRead, elapsed_s: result.elapsed };
    } catch (cause) {
      await this.#forget();
      throw fromEngine(cause);
    }
  }

  /** Runs an INSERT. Throws EngineError. */
  async insert(sql: string): Promise<Written> {
    try {
      return await insertAndCount(this.#session.connection, sql);
    } catch (cause) {
      await this.#forget();
      throw fromEngine(cause);
    }
  }

  /** Runs an INSERT that reads the spool with file(). Throws EngineError. */
  async insertFromSpool(sql: string): Promise<Written> {
    await this.query(`SET ROLE ${SPOOL_READER}`);
    try {
      return await this.insert(sql);
    } finally {
      await this.query('SET ROLE NONE');
    }
  }

  /** Runs a SELECT; `rest` is what follows the name of the format. */
  stream(body: string, format: string, rest: string): ResultStream {
    const pipe = openPipe(this.#options.pipe);
    const into = `INTO OUTFILE ${quoteString(this.#options.pipe)} TRUNCATE `;
    const outcome = this.query(`${body}\n${into}FORMAT ${format} ${rest}`, format)
      .catch((cause: unknown) => {
        const error = fromEngine(cause);
        // What we added is not the caller's to see.
        error.message = error.message.replaceAll(into, '');
        throw error;
      })
      .finally(() => pipe.close());
    return { readable: pipe.readable, outcome };
  }

  /**
   * A statement that failed stays in system.processes, with its memory, until the session runs another one; that one
   * must not have its log comment, by which it may still be killed.
   */
  async #forget(): Promise<void> {
    await this.#session.queryAsync("SELECT 1 SETTINGS log_comment = ''").catch(() => undefined);
  }

  /** Frees the connection; only while no statement runs. */
  close(): void {
    this.#session.close();
  }
}
