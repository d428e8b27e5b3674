import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { via } from './audit.ts';
import { timestamp } from './timestamp.ts';

export const incidentEvent = z.object({
  incident_id: id,
  seq: z.coerce.number(),
  at: timestamp,
  type: z.string(),
  actor: z.string(),
  via,
  message: z.string(),
  data: z.string(),
});
export type IncidentEvent = z.infer<typeof incidentEvent>;

const ofIncident = query({
  sql: `
SELECT ${Object.keys(incidentEvent.shape).join(', ')}
FROM incident_events FINAL
WHERE tenant = {tenant: String} AND incident_id = {incident_id: UInt64}
ORDER BY seq`,
  params: z.object({ incident_id: id }),
  row: incidentEvent,
});

/** The timeline of an incident, oldest first. */
export function eventsOfIncident(db: Querier, incident_id: string): Promise<IncidentEvent[]> {
  return db.rows(ofIncident, { incident_id });
}

/** Writes what happened to incidents; an event that is written again takes the place of itself. */
export function writeIncidentEvents(db: Querier, rows: readonly IncidentEvent[]): Promise<void> {
  return db.insert('incident_events', rows);
}
