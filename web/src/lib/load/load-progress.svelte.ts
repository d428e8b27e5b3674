import { live } from '#lib/live.svelte.ts';
import { readProgress, type LoadProgress } from './read-progress.ts';

/** The progress of loads that are under way, from live events, by load id. Made while a component is set up. */
export class ProgressOfLoads {
  #known = $state.raw<Readonly<Record<string, LoadProgress>>>({});

  constructor() {
    $effect(() =>
      live.listen((events) => {
        const told = events.filter(({ type }) => type === 'load.progress').map(readProgress);
        const found = told.filter((progress) => progress !== undefined);
        if (found.length > 0) this.#known = { ...this.#known, ...Object.fromEntries(found) };
      }),
    );
  }

  of(load_id: string): LoadProgress | undefined {
    return this.#known[load_id];
  }
}
