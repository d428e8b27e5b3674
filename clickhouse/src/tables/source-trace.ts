import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { dropDataTable } from './data.ts';
import { dropPublishedView } from './published-view.ts';

/** Tables that name the source themselves, and those that only name its loads or incidents. */
const bySource = ['arrivals', 'commits', 'rejects', 'checks', 'results', 'profiles', 'anomalies', 'rules', 'sources'];
const byLoad = ['failed_rows'];
const byIncident = ['incident_events', 'deliveries'];

const incidents = query({
  sql: `
SELECT DISTINCT incident_id, workflow_id
FROM incidents FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}`,
  params: z.object({ source_id: id }),
  row: z.object({ incident_id: id, workflow_id: z.string() }),
});

const loads = query({
  sql: `
SELECT load_id, workflow_id, state
FROM loads FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}`,
  params: z.object({ source_id: id }),
  row: z.object({ load_id: id, workflow_id: z.string(), state: z.string() }),
});

export interface SourceTraces {
  readonly loads: readonly { load_id: string; workflow_id: string; state: string }[];
  readonly incidents: readonly { incident_id: string; workflow_id: string }[];
}

/** What lives because of a source. */
export async function tracesOfSource(db: Querier, source_id: string): Promise<SourceTraces> {
  return { loads: await db.rows(loads, { source_id }), incidents: await db.rows(incidents, { source_id }) };
}

/**
 * Deletes everything stored about a source, its rows first and its own versions last, so that a repeated call after a crash finds the
 * source and finishes. Its workflows must have ended.
 */
export async function deleteSourceTraces(db: Querier, source: { source_id: string; name: string }): Promise<void> {
  const { source_id, name } = source;
  const params = { source_id };
  await dropPublishedView(db, source_id);
  await dropDataTable(db, source_id);
  await db.command(`DELETE FROM events WHERE tenant = {tenant: String} AND ids['source'] = {name: String}`, { name });
  for (const table of byLoad) {
    await db.command(
      `DELETE FROM ${table} WHERE tenant = {tenant: String} AND load_id IN (SELECT load_id FROM loads WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64})`,
      params,
    );
  }
  for (const table of byIncident) {
    await db.command(
      `DELETE FROM ${table} WHERE tenant = {tenant: String} AND incident_id IN (SELECT incident_id FROM incidents WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64})`,
      params,
    );
  }
  for (const table of ['incidents', 'loads', ...bySource]) {
    await db.command(
      `DELETE FROM ${table} WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}`,
      params,
    );
  }
}
