import { z } from 'zod';
import { id, newId } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { timestamp, timestampOf } from './timestamp.ts';

export const event = z.object({
  at: timestamp,
  event_id: id,
  type: z.string(),
  ids: z.record(z.string(), z.string()),
  data: z.string(),
});
export type Event = z.infer<typeof event>;

const since = query({
  sql: `
SELECT at, event_id, type, ids, data
FROM events
WHERE tenant = {tenant: String} AND at >= parseDateTime64BestEffort({from: String}, 3, 'UTC')
ORDER BY at, event_id
LIMIT {limit: UInt32}`,
  params: z.object({ from: timestamp, limit: z.number().int().min(1).max(10_000) }),
  row: event,
});

const newestOfLoad = query({
  sql: `
SELECT at, event_id, type, ids, data
FROM events
WHERE tenant = {tenant: String} AND type = 'load.progress' AND ids['load_id'] = {load_id: String}
  AND at >= now64(3) - INTERVAL 1 DAY
ORDER BY at DESC, event_id DESC
LIMIT 1`,
  params: z.object({ load_id: id }),
  row: event,
});

/** Events since a moment, oldest first. */
export function eventsSince(db: Querier, from: string, limit: number): Promise<Event[]> {
  return db.rows(since, { from, limit });
}

/** The last progress a load reported, or undefined. */
export function progressOfLoad(db: Querier, load_id: string): Promise<Event | undefined> {
  return db.first(newestOfLoad, { load_id });
}

/** Something that happened, for live views. `now` is in milliseconds since the Unix epoch. */
export interface Happened {
  readonly type: string;
  readonly ids: Record<string, string>;
  readonly data?: Record<string, unknown>;
  readonly now: number;
}

/** Tells live views that something happened. */
export function emitEvent(db: Querier, happened: Happened): Promise<void> {
  return emitEvents(db, [happened]);
}

/** Tells live views what happened, in this order. */
export function emitEvents(db: Querier, happened: readonly Happened[]): Promise<void> {
  const rows = happened.map(({ type, ids, data, now }): Event => {
    return { at: timestampOf(now), event_id: newId(now), type, ids, data: JSON.stringify(data ?? {}) };
  });
  return db.insert('events', rows);
}
