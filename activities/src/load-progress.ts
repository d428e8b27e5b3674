import { emitEvent, type Querier } from '@assay/clickhouse';
import type { LoadIdentity } from '@assay/workflows';

const reportEvery_ms = 2_000;

/** Tells live views how far a load is: at most every two seconds, and never in the way of the load itself. */
export class LoadProgress {
  readonly #db: Querier;
  readonly #load: LoadIdentity;
  readonly #now: () => number;
  readonly #content_bytes_total: string | null;
  readonly #startedAt: number;
  #reportedAt: number;
  #bytes = 0;
  #records = 0n;

  /** @param content_bytes_total null when only reading to the end will tell, as in a compressed file */
  constructor(db: Querier, load: LoadIdentity, clock: { content_bytes_total: string | null; now: () => number }) {
    const { now } = clock;
    this.#content_bytes_total = clock.content_bytes_total;
    this.#db = db;
    this.#load = load;
    this.#now = now;
    this.#startedAt = now();
    this.#reportedAt = now();
  }

  /** Counts a chunk that is stored. */
  async chunk(done: { bytes: number; records: number }): Promise<void> {
    this.#bytes += done.bytes;
    this.#records += BigInt(done.records);
    const now = this.#now();
    if (now - this.#reportedAt < reportEvery_ms) return;
    this.#reportedAt = now;
    await emitEvent(this.#db, {
      type: 'load.progress',
      ids: { source: this.#load.source, load_id: this.#load.load_id },
      data: {
        stage: 'loading',
        content_bytes: String(this.#bytes),
        records: String(this.#records),
        content_bytes_total: this.#content_bytes_total,
        elapsed_ms: now - this.#startedAt,
      },
      now,
    });
  }

  /** A pass that is repeated starts counting again. */
  restart(): void {
    this.#bytes = 0;
    this.#records = 0n;
  }
}
