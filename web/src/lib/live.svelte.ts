import { api } from './api.ts';

/** Something that happened, as the event stream tells it. */
export interface LiveEvent {
  readonly event_id: string;
  readonly type: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly data: string;
}

type Listener = (events: readonly LiveEvent[]) => void;

const poll_ms = 15_000;
const gather_ms = 250;

/**
 * What is new, for every list on the page. One event stream per tab; while it is down, listeners are asked to look again
 * every 15 seconds. It rests while the tab is hidden and while a person has paused it.
 */
class Live {
  /** `live` events arrive, `polling` the stream is down, `paused` a person stopped it. */
  status = $state<'connecting' | 'live' | 'polling' | 'paused'>('connecting');
  #listeners = new Set<Listener>();
  #stream: { unsubscribe: () => void } | null = null;
  #poll: ReturnType<typeof setInterval> | undefined;
  #gathered: LiveEvent[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #lastEventId: string | undefined;

  /** Listens from now on; an empty batch means "look again, something may have been missed". */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Opens the stream for as long as the application runs. @returns how to end it */
  start(): () => void {
    const follow = () => {
      if (document.hidden) this.#close();
      else if (this.status !== 'paused') this.#open();
    };
    document.addEventListener('visibilitychange', follow);
    follow();
    return () => {
      document.removeEventListener('visibilitychange', follow);
      this.#close();
    };
  }

  toggle(): void {
    if (this.status === 'paused') {
      this.#open();
    } else {
      this.#close();
      this.status = 'paused';
    }
  }

  #open(): void {
    if (this.#stream) return;
    const resumed = this.#lastEventId !== undefined || this.status === 'paused';
    this.status = 'connecting';
    this.#stream = api.event.stream.subscribe(
      { lastEventId: this.#lastEventId },
      {
        onStarted: () => this.#connected(resumed),
        onData: ({ data }) => this.#gather(data),
        onConnectionStateChange: ({ state }) => {
          if (state === 'pending') this.#connected(false);
          else if (state === 'connecting' && this.status === 'live') this.#lost();
        },
        onError: () => this.#ended(),
        // An API that is stopped in order ends its streams in order.
        onComplete: () => this.#ended(),
      },
    );
    this.#poll ??= setInterval(() => this.#pollOnce(), poll_ms);
  }

  #close(): void {
    this.#stream?.unsubscribe();
    this.#stream = null;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #connected(missed: boolean): void {
    const was = this.status;
    this.status = 'live';
    if (missed || was === 'polling') this.#tell([]);
  }

  #ended(): void {
    this.#stream = null;
    this.#lost();
  }

  #lost(): void {
    if (this.status !== 'paused') this.status = 'polling';
  }

  #pollOnce(): void {
    if (this.status === 'live') return;
    if (!this.#stream) this.#open();
    this.#tell([]);
  }

  #gather(event: LiveEvent): void {
    this.#lastEventId = event.event_id;
    this.#gathered.push(event);
    this.#gathering ??= setTimeout(() => {
      const events = this.#gathered;
      this.#gathered = [];
      this.#gathering = undefined;
      this.#tell(events);
    }, gather_ms);
  }

  #tell(events: readonly LiveEvent[]): void {
    for (const listener of this.#listeners) listener(events);
  }
}

export const live = new Live();
