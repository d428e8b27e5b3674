import { asText } from '#lib/form/config.ts';
import { live, type LiveEvent } from '#lib/live.svelte.ts';

/** How far a load is, as its newest event told. */
export interface LoadProgress {
  readonly bytes_done: number;
  readonly bytes_total: number;
  readonly records: string;
}

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

/** @returns the load with its progress, or undefined when the event does not tell it */
export function readProgress(event: Pick<LiveEvent, 'ids' | 'data'>): [string, LoadProgress] | undefined {
  const load_id = event.ids['load_id'];
  const data: unknown = JSON.parse(event.data);
  if (load_id === undefined || typeof data !== 'object' || data === null) return undefined;
  const told: Readonly<Record<string, unknown>> = { ...data };
  const bytes_done = Number(told['stored_bytes']);
  const bytes_total = Number(told['stored_bytes_total']);
  if (Number.isNaN(bytes_done) || Number.isNaN(bytes_total)) return undefined;
  return [load_id, { bytes_done, bytes_total, records: asText(told['records']) || '0' }];
}
