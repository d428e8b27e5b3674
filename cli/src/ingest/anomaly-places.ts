import type { IngestResult } from '@assay/api';
import type { Api } from '../api.ts';

/** Where each anomaly was found, `country=DE, from 2024-01-01T10:00:00Z on`, by its id; empty for rules over the whole file. */
export type AnomalyPlaces = ReadonlyMap<string, { readonly segment: string; readonly window: string }>;

/** Asks where the anomalies of a result were found, when a rule has several results to be told apart. */
export async function placesOfAnomalies(api: Api, result: IngestResult): Promise<AnomalyPlaces> {
  const several = result.results.some(({ segment, window }) => segment !== '' || window !== '');
  if (!several || result.anomalies.length === 0) return new Map();
  const { anomalies } = await api.client.load.get.query({ load_id: result.load_id });
  return new Map(anomalies.map(({ anomaly_id, segment, window }) => [anomaly_id, { segment, window }]));
}
