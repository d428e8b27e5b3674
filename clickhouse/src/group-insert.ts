import { QueryError } from './errors.ts';
import type { Turns } from './turns.ts';

interface Waiting<TItem> {
  readonly items: readonly TItem[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes rows, or blocks of them, to a place; throws QueryError. */
export type InsertItems<TItem> = (place: string, items: readonly TItem[]) => Promise<void>;

/**
 * Lets inserts that wait for the same place go together: while one is under way the next ones gather, so many small writers cost one
 * insert. Nobody waits longer than for the insert before, and each hears whether its own rows are stored.
 */
export class GroupInsert<TItem> {
  readonly #write: InsertItems<TItem>;
  readonly #turns: Turns;
  readonly #waiting = new Map<string, Waiting<TItem>[]>();

  constructor(write: InsertItems<TItem>, turns: Turns) {
    this.#write = write;
    this.#turns = turns;
  }

  insert(place: string, items: readonly TItem[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { items, resolve, reject };
      const queue = this.#waiting.get(place);
      if (queue !== undefined) queue.push(waiting);
      else {
        this.#waiting.set(place, [waiting]);
        void this.#drain(place);
      }
    });
  }

  async #drain(place: string): Promise<void> {
    while ((this.#waiting.get(place)?.length ?? 0) > 0) {
      using _turn = await this.#turns.take();
      // Whoever came while the turn was awaited goes along.
      const group = this.#waiting.get(place) ?? [];
      this.#waiting.set(place, []);
      await this.#writeGroup(place, group);
    }
    this.#waiting.delete(place);
  }

  async #writeGroup(place: string, group: readonly Waiting<TItem>[]): Promise<void> {
    try {
      await this.#write(
        place,
        group.flatMap((waiting) => waiting.items),
      );
      for (const { resolve } of group) resolve();
    } catch (error) {
      const [only] = group;
      // Rows that the engine refuses must not take others down with them.
      if (group.length > 1 && error instanceof QueryError && !error.retryable) {
        for (const waiting of group) await this.#writeGroup(place, [waiting]);
      } else if (group.length === 1) only?.reject(error);
      else for (const { reject } of group) reject(error);
    }
  }
}
