import { api } from './api.ts';
import { live } from './live.svelte.ts';
import { Resource } from './resource.svelte.ts';
import { formatDuration } from './format.ts';

/** How Assay itself is doing: what the navigation counts and what the status bar warns of. */
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

  /** One sentence per thing that is down, naming what is old or waits because of it. */
  get troubles(): readonly string[] {
    const { failure, data } = this.#system;
    if (failure?.code === 'unreachable') {
      return ['The Assay API does not answer. What you see is from before; the page tries again every 15 seconds.'];
    }
    if (failure) return [failure.message];
    if (!data) return [];
    const deserted = data.queues.filter(({ pollers }) => pollers === 0);
    return [
      ...(live.status === 'polling' ? ['The live stream is interrupted: lists are refreshed every 15 seconds.'] : []),
      ...(deserted.length > 0 ? [withoutWorker(deserted)] : []),
    ];
  }
}

function withoutWorker(queues: readonly { readonly queue: string; readonly oldest_s: number }[]): string {
  const oldest_s = Math.max(...queues.map((queue) => queue.oldest_s));
  const names = queues.map(({ queue }) => queue).join(' and ');
  const waiting = oldest_s > 0 ? `; the oldest task has waited ${formatDuration(oldest_s * 1000)}` : '';
  return `No worker takes tasks from ${names}: files wait and incidents do not escalate${waiting}. Start a worker.`;
}
