import type { Event } from '@assay/clickhouse';

/** Live events of every tenant, read once for all listeners. */
export interface EventFeed {
  /**
   * Events of a tenant from now on, or from just after `last_event_id`, oldest first and each once; ends with the signal.
   * The same id never comes twice to one listener.
   */
  listen(tenant: string, options: { last_event_id?: string | undefined; signal: AbortSignal }): AsyncIterable<Event>;
  close(): void;
}
