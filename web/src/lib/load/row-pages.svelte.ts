import { api, type DataRow, type RowPage } from '#lib/api.ts';
import { toFailure, type Failure } from '#lib/failure.ts';

const pageSize = 200;
const keptPages = 40;

interface Wanted {
  readonly load_id: string;
  readonly failed: boolean;
  /** Empty for every rule. */
  readonly rule_id: string;
  /** Empty for every segment. */
  readonly segment: string;
}

/** Rows of a load by their position, fetched in pages as they come into view; pages far away are forgotten. */
export class RowPages {
  columns = $state.raw<RowPage['columns']>([]);
  total = $state<number>();
  /** When the rows were given up; null while they are kept. */
  expired_at = $state<string | null>(null);
  failure = $state.raw<Failure>();
  #pages = $state.raw<readonly { readonly page: number; readonly rows: readonly DataRow[] }[]>([]);
  #asked: readonly { readonly page: number; readonly request: AbortController }[] = [];
  #wanted: Wanted;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
    void this.#fetch(0);
  }

  /** The row at a position, or undefined while it is on its way. */
  at(position: number): DataRow | undefined {
    const page = Math.floor(position / pageSize);
    return this.#pages.find((known) => known.page === page)?.rows[position % pageSize];
  }

  /** Makes sure that rows are fetched, and drops requests for what has been scrolled past. */
  show(first: number, count: number): void {
    const from = Math.floor(first / pageSize);
    const to = Math.floor((first + Math.max(0, count - 1)) / pageSize);
    for (const { page, request } of this.#asked) {
      if (page < from - 1 || page > to + 1) request.abort();
    }
    for (let page = from; page <= to; page += 1) {
      const known = [...this.#pages, ...this.#asked].some((other) => other.page === page);
      if (!known) void this.#fetch(page);
    }
  }

  retry(): void {
    this.failure = undefined;
    void this.#fetch(0);
  }

  close(): void {
    for (const { request } of this.#asked) request.abort();
  }

  async #fetch(page: number): Promise<void> {
    const request = new AbortController();
    this.#asked = [...this.#asked, { page, request }];
    const { load_id, failed, rule_id, segment } = this.#wanted;
    const chosen = { ...(rule_id === '' ? {} : { rule_id }), ...(segment === '' ? {} : { segment }) };
    try {
      const answer = await api.load.rows.query(
        { load_id, failed, ...chosen, limit: pageSize, offset: page * pageSize },
        { signal: request.signal },
      );
      this.#pages = [...this.#pages.slice(-keptPages + 1), { page, rows: answer.items }];
      this.columns = answer.columns;
      this.total = answer.total;
      this.expired_at = answer.expired_at;
    } catch (error) {
      if (!request.signal.aborted) this.failure = toFailure(error);
    } finally {
      this.#asked = this.#asked.filter((asked) => asked.request !== request);
    }
  }
}
