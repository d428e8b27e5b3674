import type { Event } from '@assay/clickhouse';

/** A listener this far behind is cut off; it resumes with the id it saw last. */
const most = 20_000;

/** What waits for one listener: offered in order, taken once each. */
export class Backlog {
  readonly #waiting: Event[] = [];
  /** Ids that came by another way, such as a replay; offered again they are dropped. */
  readonly #taken: Set<string>;
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(replayed: readonly Event[]) {
    this.#waiting.push(...replayed);
    this.#taken = new Set(replayed.map((event) => event.event_id));
  }

  offer(event: Event): void {
    if (this.#taken.delete(event.event_id)) return;
    if (this.#waiting.length >= most) {
      this.end();
      return;
    }
    this.#waiting.push(event);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Everything offered until the end, as it comes. */
  async *events(): AsyncGenerator<Event> {
    for (;;) {
      for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) yield event;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }
}
