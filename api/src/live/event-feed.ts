import type { Connection, Event } from '@assay/clickhouse';
import type { Logger } from 'pino';
import { TenantFeed } from './tenant-feed.ts';

/** Live events, read once per tenant for all who listen. */
export interface EventFeed {
  /**
   * Listens to a tenant: whatever happens once this has resolved is told, or whatever happened after `last_event_id`, each once. Ends with
   * the signal, which must be aborted when nobody reads any more, or with the feed. Throws QueryError when the past cannot be read.
   */
  listen(tenant: string, options: ListenOptions): Promise<AsyncGenerator<Event>>;
  close(): void;
}

export interface ListenOptions {
  readonly last_event_id?: string | undefined;
  readonly signal: AbortSignal;
}

const every_ms = 500;
/** A listener that reconnects within this time finds the feed as it left it. */
const idleMost_ms = 60_000;

/** Asks ClickHouse for new events twice a second per tenant that somebody listens to. */
export function openEventFeed(deps: { connection: Connection; log: Logger; now: () => number }): EventFeed {
  const { connection, log, now } = deps;
  const feeds = new Map<string, TenantFeed>();

  const timer = setInterval(() => {
    for (const [tenant, feed] of feeds) {
      const idleSince = feed.idleSince;
      if (idleSince !== undefined && now() - idleSince > idleMost_ms) feeds.delete(tenant);
      else
        feed.poll(now()).catch((error: unknown) => {
          log.warn({ err: error, tenant }, 'live events could not be read, trying again');
        });
    }
  }, every_ms).unref();

  return {
    async listen(tenant, { last_event_id, signal }) {
      const feed = feeds.get(tenant) ?? new TenantFeed(connection.querier(tenant), now());
      feeds.set(tenant, feed);
      const backlog = await feed.attach(last_event_id, now());
      const leave = () => {
        backlog.end();
        feed.detach(backlog, now());
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      return backlog.events();
    },
    close() {
      clearInterval(timer);
      for (const feed of feeds.values()) feed.end();
    },
  };
}
