import { listIncidents } from '@assay/clickhouse';
import type { LoadDetail } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { briefly } from './open-incidents.ts';

/** The incidents that heard of a load: opened, continued or cleared by it. */
export async function incidentsOfLoad(ctx: AuthorizedContext, load_id: string): Promise<LoadDetail['incidents']> {
  const found = await listIncidents(ctx.db, { load_id, limit: 1_000 });
  return found.map((incident) => ({ ...briefly(incident), url: ctx.services.links.incident(incident.incident_id) }));
}
