import { QueryError } from './errors.ts';
import type { Turns } from './turns.ts';

export type Key = Readonly<Record<string, string>>;
export type Found = Readonly<Record<string, unknown>>;

type Settings = Readonly<Record<string, string | number>>;

/** SQL that holds for many keys at once, and the types of their fields. */
export interface Question {
  readonly sql: string;
  readonly by: Readonly<Record<string, KeyType>>;
  readonly settings?: Settings | undefined;
}

export type KeyType = 'UInt64' | 'String';

/** Reads the rows of many keys of one question; each row names its key in the fields of the same names. Throws QueryError. */
export type ReadRows = (question: Question, keys: readonly Key[]) => Promise<readonly Found[]>;

interface Waiting {
  readonly key: Key;
  readonly resolve: (rows: Found[]) => void;
  readonly reject: (error: unknown) => void;
}

/** So many keys are asked for at once: more would make one answer large and late for all of them. */
const keysAtOnce_max = 32;

/**
 * Lets reads that wait for the same question go together: while one is under way the next ones gather, so many readers cost one statement.
 * A read begins after it was asked for, so everybody sees what they wrote before. Nobody waits longer than for the reads before.
 */
export class GroupRead {
  readonly #read: ReadRows;
  readonly #turns: Turns;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(read: ReadRows, turns: Turns) {
    this.#read = read;
    this.#turns = turns;
  }

  /** The rows of one key, in the order of the question. Throws QueryError. */
  rows(question: Question, key: Key): Promise<Found[]> {
    return new Promise((resolve, reject) => {
      const waiting = { key, resolve, reject };
      const line = lineOf(question);
      const queue = this.#waiting.get(line);
      if (queue !== undefined) queue.push(waiting);
      else {
        this.#waiting.set(line, [waiting]);
        void this.#drain(line, question);
      }
    });
  }

  async #drain(line: string, question: Question): Promise<void> {
    while ((this.#waiting.get(line)?.length ?? 0) > 0) {
      using _turn = await this.#turns.take();
      // Whoever asked while the turn was awaited goes along.
      const group = this.#waiting.get(line)?.splice(0, keysAtOnce_max) ?? [];
      await this.#readGroup(question, group);
    }
    this.#waiting.delete(line);
  }

  async #readGroup(question: Question, group: readonly Waiting[]): Promise<void> {
    try {
      const fields = Object.keys(question.by);
      const nameOf = (row: Found) => JSON.stringify(fields.map((field) => row[field]));
      const keys = new Map(group.map(({ key }) => [nameOf(key), key]));
      const found = Map.groupBy(await this.#read(question, [...keys.values()]), nameOf);
      for (const { key, resolve } of group) resolve([...(found.get(nameOf(key)) ?? [])]);
    } catch (error) {
      // A key that the engine refuses, or an answer too large for one statement, must not take others down with it.
      if (group.length > 1 && error instanceof QueryError && !error.retryable) {
        for (const waiting of group) await this.#readGroup(question, [waiting]);
      } else for (const { reject } of group) reject(error);
    }
  }
}

/** Those who ask the same thing in the same way stand in one line. */
function lineOf({ sql, settings }: Question): string {
  return settings === undefined ? sql : `${sql}\n${JSON.stringify(settings)}`;
}
