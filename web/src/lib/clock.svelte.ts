import { createSubscriber } from 'svelte/reactivity';

/** The present, read reactively: whoever shows it is redrawn every second, and nobody ticks when nobody looks. */
class Clock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => {
      clearInterval(timer);
    };
  });

  /** Milliseconds since the Unix epoch. */
  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
