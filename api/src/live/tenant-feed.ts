import { eventsSince, timeOfId, timestampOf, type Event, type Querier } from '@assay/clickhouse';
import { Backlog } from './backlog.ts';

/** A row becomes visible a little after the moment it carries; what was read in this span is read again, and dropped when known. */
const overlap_ms = 5_000;
const rememberedMost = 10_000;
const pageMost = 10_000;
const resumeMost_ms = 24 * 3_600_000;

/** The events of one tenant in the order in which this process came to know them. */
export class TenantFeed {
  readonly #db: Querier;
  readonly #listeners = new Set<Backlog>();
  /** Newest last; a listener that comes back finds its place here and misses nothing, whatever order rows became visible in. */
  readonly #known: Event[] = [];
  readonly #ids = new Set<string>();
  readonly #began: number;
  #polling: Promise<void> | undefined;
  #leftAt: number;

  /** @param now milliseconds since the Unix epoch; events before it are history */
  constructor(db: Querier, now: number) {
    this.#db = db;
    this.#began = now;
    this.#leftAt = now;
  }

  /** Since when nobody listens, or undefined while somebody does. */
  get idleSince(): number | undefined {
    return this.#listeners.size === 0 ? this.#leftAt : undefined;
  }

  /** Reads what is new and offers it to everybody; calls that overlap are one. */
  poll(now: number): Promise<void> {
    this.#polling ??= this.#read(now).finally(() => (this.#polling = undefined));
    return this.#polling;
  }

  async #read(now: number): Promise<void> {
    const from = timestampOf(Math.max(this.#began, now - overlap_ms));
    for (const event of await eventsSince(this.#db, from, pageMost)) {
      if (this.#ids.has(event.event_id)) continue;
      this.#ids.add(event.event_id);
      this.#known.push(event);
      for (const listener of this.#listeners) listener.offer(event);
    }
    for (const forgotten of this.#known.splice(0, this.#known.length - rememberedMost))
      this.#ids.delete(forgotten.event_id);
  }

  /** A listener from now on, or from just after an event it saw. */
  async attach(last_event_id: string | undefined, now: number): Promise<Backlog> {
    // What happened before somebody listened is history for them, also when nobody had read it yet.
    if (last_event_id === undefined) await this.poll(now);
    const backlog = new Backlog(last_event_id === undefined ? [] : await this.#since(last_event_id, now));
    this.#listeners.add(backlog);
    return backlog;
  }

  detach(listener: Backlog, now: number): void {
    this.#listeners.delete(listener);
    this.#leftAt = now;
  }

  end(): void {
    for (const listener of this.#listeners) listener.end();
  }

  async #since(last_event_id: string, now: number): Promise<readonly Event[]> {
    const place = this.#known.findLastIndex((event) => event.event_id === last_event_id);
    if (place >= 0) return this.#known.slice(place + 1);
    const from = timestampOf(Math.max(timeOfId(last_event_id), now - resumeMost_ms));
    const stored = await eventsSince(this.#db, from, pageMost);
    // What others were told while this was read is no longer offered.
    const read = new Set(stored.map((event) => event.event_id));
    const meanwhile = this.#known.filter((event) => !read.has(event.event_id));
    return [...stored, ...meanwhile].filter((event) => BigInt(event.event_id) > BigInt(last_event_id));
  }
}
