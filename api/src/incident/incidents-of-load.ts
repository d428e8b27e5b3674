import { incidentsById, listIncidents, type Anomaly } from '@assay/clickhouse';
import type { LoadDetail } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { briefly } from './open-incidents.ts';

/** The incidents that heard of a load: opened, continued or cleared by it. */
export async function incidentsOfLoad(
  ctx: AuthorizedContext,
  load: { load_id: string; anomalies: readonly Anomaly[] },
): Promise<LoadDetail['incidents']> {
  const raised = [...new Set(load.anomalies.map((anomaly) => anomaly.incident_id))].filter((id) => id !== '0');
  const [told, linked] = await Promise.all([
    listIncidents(ctx.db, { load_id: load.load_id, limit: 1_000 }),
    raised.length === 0 ? [] : incidentsById(ctx.db, raised),
  ]);
  const found = new Map([...told, ...linked].map((incident) => [incident.incident_id, incident]));
  return [...found.values()].map((incident) => ({
    ...briefly(incident),
    url: ctx.services.links.incident(incident.incident_id),
  }));
}
