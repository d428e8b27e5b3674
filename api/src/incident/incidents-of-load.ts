import { incidentIdsOfLoad, incidentsById, type Anomaly } from '@assay/clickhouse';
import type { LoadDetail } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { briefly } from './open-incidents.ts';

/** The incidents that heard of a load: opened, continued or cleared by it. */
export async function incidentsOfLoad(
  ctx: AuthorizedContext,
  load: { load_id: string; anomalies: readonly Anomaly[] },
): Promise<LoadDetail['incidents']> {
  const raised = load.anomalies.map((anomaly) => anomaly.incident_id).filter((id) => id !== '0');
  const heard = new Set([...(await incidentIdsOfLoad(ctx.db, load.load_id)), ...raised]);
  const incidents = heard.size === 0 ? [] : await incidentsById(ctx.db, [...heard]);
  return incidents.map((incident) => ({
    ...briefly(incident),
    url: ctx.services.links.incident(incident.incident_id),
  }));
}
