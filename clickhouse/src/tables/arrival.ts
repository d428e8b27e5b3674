import { z } from 'zod';
import { id } from '../id.ts';
import { lookup, type Querier } from '../query.ts';
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

const ofLoad = lookup({
  sql: `
SELECT ${Object.keys(arrival.shape).join(', ')}
FROM arrivals FINAL
WHERE tenant = {tenant: String} AND source_id IN {source_id: Array(UInt64)} AND load_id IN {load_id: Array(UInt64)}
ORDER BY arrival_id`,
  by: { source_id: 'UInt64', load_id: 'UInt64' },
  row: arrival,
});

/** Every receipt of the content of a load, oldest first. */
export function arrivalsOfLoad(db: Querier, load: { source_id: string; load_id: string }): Promise<Arrival[]> {
  const { source_id, load_id } = load;
  return db.lookup(ofLoad, { source_id, load_id });
}

/** Writes that a file arrived. */
export function writeArrival(db: Querier, row: Arrival): Promise<void> {
  return db.insert('arrivals', [row]);
}
