import { emitEvent, type Querier } from '@assay/clickhouse';
import type { LoadIdentity } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';

const reportEvery_ms = 2_000;

/** Tells live views how far a load is: at most every two seconds, and never in the way of the load itself. */
export class LoadProgress {
  readonly #db: Querier;
  readonly #load: LoadIdentity;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  readonly #content_bytes_total: string | null;
  readonly #startedAt: number;
  #reportedAt: number;
  #bytes = 0;
  #records = 0n;

  /**
   * @param options.content_bytes_total null when only reading to the end will tell, as in a compressed file
   * @param options.failed hears what kept a report from being made; the load goes on without it
   */
  constructor(
    db: Querier,
    load: LoadIdentity,
    options: { content_bytes_total: string | null; now: () => number; failed: (error: unknown) => void },
  ) {
    const { now } = options;
    this.#failed = options.failed;
    this.#content_bytes_total = options.content_bytes_total;
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
    }).catch(this.#failed);
  }

  /** A pass that is repeated starts counting again. */
  restart(): void {
    this.#bytes = 0;
    this.#records = 0n;
  }
}

/** Logs that a report could not be made. */
export function unreported(deps: Pick<ActivityDeps, 'log'>, { load_id }: LoadIdentity): (error: unknown) => void {
  return (error) => {
    deps.log.warn({ load_id, err: error }, 'the progress of a load could not be told');
  };
}
