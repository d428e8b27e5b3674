import { untrack } from 'svelte';
import { api } from './api.ts';
import { live } from './live.svelte.ts';
import { Resource } from './resource.svelte.ts';
import { readConditions, troublesOf, type Condition } from './troubles.ts';

const look_again_ms = 15_000;

/** How Assay itself is doing: what the navigation counts and what the status bar warns of. Made while a component is set up. */
export class Health {
  #system = new Resource({
    key: () => 'system',
    fetch: () => api.system.info.query({}),
    stale: (event) => event.type.startsWith('load.') && event.type !== 'load.progress',
  });
  #incidents = new Resource({
    key: () => 'incidents',
    fetch: () => api.incident.list.query({ status: ['triggered', 'acknowledged'], limit: 1 }),
    stale: (event) => event.type.startsWith('incident.'),
  });
  #conditions = new Resource({
    key: () => 'conditions',
    fetch: async (_key, signal): Promise<readonly Condition[]> => {
      const answer = await fetch('/health/ready', { signal });
      return readConditions(await answer.json());
    },
  });

  constructor() {
    // A stream that breaks off is the first sign of an API that went away.
    $effect(() => {
      if (live.status === 'polling') untrack(() => void this.#conditions.reload());
    });
    // Nothing tells of another service that went away: it is looked at.
    $effect(() => {
      const timer = setInterval(() => {
        if (!document.hidden) void this.#conditions.reload();
      }, look_again_ms);
      const look = () => void this.#conditions.reload();
      window.addEventListener('online', look);
      window.addEventListener('offline', look);
      return () => {
        clearInterval(timer);
        window.removeEventListener('online', look);
        window.removeEventListener('offline', look);
      };
    });
  }

  /** Why a key must be given first; empty when the caller is known. */
  get signInReason(): string {
    const { failure } = this.#system;
    return failure?.code === 'unauthenticated' ? failure.message : '';
  }

  get incidentsOpen(): number | undefined {
    return this.#incidents.data?.open;
  }

  get loadsWaiting(): number | undefined {
    return this.#system.data?.loads_waiting;
  }

  get temporalUrl(): string {
    return this.#system.data?.temporal_ui_url ?? '';
  }

  get troubles(): readonly string[] {
    return troublesOf({
      conditions: this.#conditions.failure ? undefined : (this.#conditions.data ?? []),
      stream: live.status,
    });
  }
}
