import { QueryError } from './errors.ts';

type Row = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly rows: readonly Row[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes rows to a table; throws QueryError. */
export type InsertRows = (table: string, rows: readonly Row[]) => Promise<void>;

/**
 * Lets inserts that wait for the same table go together: while one is under way the next ones gather, so many small writers cost one
 * insert. Nobody waits longer than for the insert before, and each hears whether its own rows are stored.
 */
export class GroupInsert {
  readonly #write: InsertRows;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(write: InsertRows) {
    this.#write = write;
  }

  insert(table: string, rows: readonly Row[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { rows, resolve, reject };
      const queue = this.#waiting.get(table);
      if (queue !== undefined) queue.push(waiting);
      else {
        this.#waiting.set(table, [waiting]);
        void this.#drain(table);
      }
    });
  }

  async #drain(table: string): Promise<void> {
    for (;;) {
      const group = this.#waiting.get(table) ?? [];
      if (group.length === 0) {
        this.#waiting.delete(table);
        return;
      }
      this.#waiting.set(table, []);
      await this.#writeGroup(table, group);
    }
  }

  async #writeGroup(table: string, group: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(
        table,
        group.flatMap((waiting) => waiting.rows),
      );
      for (const { resolve } of group) resolve();
    } catch (error) {
      const [only] = group;
      // Rows that the engine refuses must not take others down with them.
      if (group.length > 1 && error instanceof QueryError && !error.retryable) {
        for (const waiting of group) await this.#writeGroup(table, [waiting]);
      } else if (group.length === 1) only?.reject(error);
      else for (const { reject } of group) reject(error);
    }
  }
}
