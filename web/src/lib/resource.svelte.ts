import { untrack } from 'svelte';
import { toFailure, type Failure } from './failure.ts';
import { live, type LiveEvent } from './live.svelte.ts';

interface Options<K, T> {
  /** What to fetch; a change of it fetches again and drops an answer that is under way. Undefined fetches nothing. */
  readonly key: () => K | undefined;
  readonly fetch: (key: K, signal: AbortSignal) => Promise<T>;
  /** Whether an event makes the answer old; nothing does when it is left out. */
  readonly stale?: (event: LiveEvent, key: K) => boolean;
}

/** An answer of the API that stays on screen while it is fetched again. Made while a component is set up. */
export class Resource<K, T> {
  data = $state.raw<T>();
  failure = $state.raw<Failure>();
  fetching = $state(false);
  /** The key changed and the answer on screen is still the one before. */
  outdated = $state(false);
  #options: Options<K, T>;
  #request: AbortController | undefined;

  constructor(options: Options<K, T>) {
    this.#options = options;
    $effect(() => {
      const key = options.key();
      untrack(() => {
        this.outdated = this.data !== undefined;
        void this.#load(key);
      });
      return () => this.#request?.abort();
    });
    $effect(() =>
      live.listen((events) => {
        const key = options.key();
        const { stale } = options;
        if (key === undefined || !stale) return;
        if (events.length === 0 || events.some((event) => stale(event, key))) void this.#load(key);
      }),
    );
  }

  /** Nothing to show yet. */
  get waiting(): boolean {
    return this.data === undefined && this.failure === undefined;
  }

  reload = (): Promise<void> => this.#load(this.#options.key());

  /** Shows an answer that a person's own action brought. */
  set(data: T): void {
    this.data = data;
    this.failure = undefined;
  }

  async #load(key: K | undefined): Promise<void> {
    this.#request?.abort();
    if (key === undefined) return;
    const request = new AbortController();
    this.#request = request;
    this.fetching = true;
    try {
      const data = await this.#options.fetch(key, request.signal);
      if (request.signal.aborted) return;
      this.set(data);
    } catch (error) {
      if (request.signal.aborted) return;
      this.failure = toFailure(error);
      if (this.outdated) this.data = undefined;
    }
    this.fetching = false;
    this.outdated = false;
  }
}
