import { engineError } from './errors.ts';
import type { EngineSession } from './session.ts';

/** A stream lasts as long as its reader likes; a statement lasts as long as the engine needs. */
export type LeaseKind = 'stream' | 'statement';

interface Waiter {
  readonly kind: LeaseKind;
  readonly give: (session: EngineSession) => void;
}

export interface PoolLimits {
  readonly sessions: number;
  readonly queue_max: number;
}

/**
 * A fixed number of sessions and a bounded queue in front of them. Streams get all but two, so that slow readers never
 * keep writes from running. (A session per request would leak memory in the library.)
 */
export class SessionPool {
  readonly #open: (slot: number) => Promise<EngineSession>;
  readonly #limits: PoolLimits;
  readonly #idle: { slot: number; session: EngineSession }[] = [];
  readonly #slots = new Map<EngineSession, number>();
  readonly #waiters: Waiter[] = [];
  #streams = 0;

  private constructor(limits: PoolLimits, open: (slot: number) => Promise<EngineSession>) {
    this.#limits = limits;
    this.#open = open;
  }

  static async open(limits: PoolLimits, open: (slot: number) => Promise<EngineSession>): Promise<SessionPool> {
    const pool = new SessionPool(limits, open);
    for (let slot = 0; slot < limits.sessions; slot += 1) pool.#idle.push({ slot, session: await open(slot) });
    return pool;
  }

  /** Runs `work` with a session of its own, after those who came before. Throws EngineError 202 when the queue is full. */
  async with<T>(kind: LeaseKind, signal: AbortSignal, work: (session: EngineSession) => Promise<T>): Promise<T> {
    const session = await this.#lease(kind, signal);
    try {
      return await work(session);
    } finally {
      await this.#release(kind, session);
    }
  }

  /** Closes all sessions; the caller has waited for every `with` to end. */
  close(): void {
    for (const { session } of this.#idle) session.close();
    this.#idle.length = 0;
  }

  #lease(kind: LeaseKind, signal: AbortSignal): Promise<EngineSession> {
    signal.throwIfAborted();
    const free = this.#take(kind);
    if (free !== undefined) return Promise.resolve(free);
    if (this.#waiters.length >= this.#limits.queue_max) {
      throw engineError(
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        `Too many simultaneous queries: ${this.#limits.sessions} run and ${this.#limits.queue_max} wait. Send it again later.`,
      );
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(engineError('QUERY_WAS_CANCELLED', 'The client went away while the query was waiting.'));
      };
      const waiter: Waiter = {
        kind,
        give: (session) => {
          signal.removeEventListener('abort', onAbort);
          resolve(session);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  #take(kind: LeaseKind): EngineSession | undefined {
    if (kind === 'stream' && this.#streams >= this.#limits.sessions - 2) return undefined;
    const free = this.#idle.pop();
    if (free === undefined) return undefined;
    this.#slots.set(free.session, free.slot);
    if (kind === 'stream') this.#streams += 1;
    return free.session;
  }

  async #release(kind: LeaseKind, session: EngineSession): Promise<void> {
    const slot = this.#slots.get(session) ?? 0;
    this.#slots.delete(session);
    if (kind === 'stream') this.#streams -= 1;
    if (session.spent) {
      session.close();
      this.#idle.push({ slot, session: await this.#open(slot) });
    } else {
      this.#idle.push({ slot, session });
    }
    for (let at = 0; at < this.#waiters.length && this.#idle.length > 0;) {
      const waiter = this.#waiters[at];
      const next = waiter === undefined ? undefined : this.#take(waiter.kind);
      if (waiter === undefined || next === undefined) {
        at += 1;
      } else {
        this.#waiters.splice(at, 1);
        waiter.give(next);
      }
    }
  }
}
