import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

export const arrival = z.object({
  source_id: id,
  arrival_id: id,
  arrived_at: timestamp,
  load_id: id,
  file: z.string(),
  bytes: z.string(),
  sha256: z.string(),
  duplicate: z.boolean(),
  received_by: z.string(),
});
export type Arrival = z.infer<typeof arrival>;

const ofLoad = query({
  sql: `
SELECT ${Object.keys(arrival.shape).join(', ')}
FROM arrivals FINAL
WHERE tenant = {tenant: String} AND load_id = {load_id: UInt64}
ORDER BY arrival_id`,
  params: z.object({ load_id: id }),
  row: arrival,
});

/** Every receipt of the content of a load, oldest first. */
export function arrivalsOfLoad(db: Querier, load_id: string): Promise<Arrival[]> {
  return db.rows(ofLoad, { load_id });
}

export function writeArrival(db: Querier, row: Arrival): Promise<void> {
  return db.insert('arrivals', [row]);
}
