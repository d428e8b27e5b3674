import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const deliveryState = z.enum(['queued', 'delivered', 'failed', 'suppressed']);

export const delivery = z.object({
  incident_id: id,
  notice_id: z.string(),
  version: z.coerce.number(),
  channel: z.string(),
  target: z.string(),
  level: z.number(),
  reason: z.string(),
  state: deliveryState,
  attempts: z.number(),
  status_code: z.number(),
  error: z.string(),
  queued_at: timestamp,
  finished_at: timestamp.nullable(),
  duration_ms: z.string(),
});
export type Delivery = z.infer<typeof delivery>;

/** The version of a row that does not change any more; failed attempts have theirs below it. */
export const finalDeliveryVersion = 1_000_000;

const ofIncident = query({
  sql: `
SELECT ${Object.keys(delivery.shape).join(', ')}
FROM deliveries FINAL
WHERE tenant = {tenant: String} AND incident_id = {incident_id: UInt64}
ORDER BY queued_at, notice_id`,
  params: z.object({ incident_id: id }),
  row: delivery,
});

const counts = query({
  sql: `
SELECT channel, state, count() AS deliveries
FROM deliveries FINAL
WHERE tenant = {tenant: String}
GROUP BY channel, state
ORDER BY channel, state`,
  params: z.object({}),
  row: z.object({ channel: z.string(), state: deliveryState, deliveries: z.coerce.number() }),
});

/** Every notice of an incident to every target, oldest first. */
export function deliveriesOfIncident(db: Querier, incident_id: string): Promise<Delivery[]> {
  return db.rows(ofIncident, { incident_id });
}

/** How many notices are in each state, by channel. */
export function countDeliveries(db: Querier): Promise<z.infer<typeof counts.row>[]> {
  return db.rows(counts, {});
}

/** Writes steps of deliveries; of each the row with the highest version is the present. */
export function writeDeliveries(db: Querier, rows: readonly Delivery[]): Promise<void> {
  return db.insert('deliveries', rows);
}
