import { listIncidents, type Incident } from '@assay/clickhouse';
import type { z } from 'zod';
import type { openIncident } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';

type OpenIncident = z.infer<typeof openIncident>;

/** Incidents that nobody has resolved yet, of one source or of all, newest first. */
export async function openIncidents(ctx: AuthorizedContext, filter: { source?: string }): Promise<OpenIncident[]> {
  const found = await listIncidents(ctx.db, { statuses: ['triggered', 'acknowledged'], limit: 1_000, ...filter });
  return found.map(briefly);
}

/** An incident as lists on other pages tell it. */
export function briefly(incident: Incident): OpenIncident {
  const { incident_id, source_id, status, severity, rule_id, segment, finding, triggered_at, next_escalation_at } =
    incident;
  return { incident_id, source_id, status, severity, rule_id, segment, finding, triggered_at, next_escalation_at };
}
