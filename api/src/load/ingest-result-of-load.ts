import { undeclaredType } from '@assay/clickhouse';
import type { IngestResult } from '../shapes/ingest-result.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { detailOfLoad } from './detail-of-load.ts';
import { untilSettled } from './until-settled.ts';

/** A load in the words of `ingest --json`; waits for one that is still on its way, and for its incidents to be on record. */
export async function ingestResultOfLoad(
  ctx: AuthorizedContext,
  input: { load_id: string; wait_s: number; workflow_id?: string | undefined },
): Promise<IngestResult> {
  const { load_id } = input;
  if (input.wait_s > 0) await untilSettled(ctx, input);
  const { load, columns, results, anomalies, incidents, workflow } = await detailOfLoad(ctx, load_id);
  const declared = columns.filter(({ type }) => type !== undeclaredType);
  return {
    load_id,
    url: load.url,
    source: load.source,
    file: load.file,
    state: load.state,
    reason: [load.reason, ...load.findings].filter((sentence) => sentence !== '').join(' '),
    verdict: load.verdict,
    records: load.records,
    rows: load.rows,
    rejects: load.rejects,
    bytes: load.bytes,
    columns: declared.map(({ column, type, nulls, absent, type_errors, distinct, min, max }) => ({
      name: column,
      type,
      nulls,
      absent,
      type_errors,
      distinct,
      min,
      max,
    })),
    results: results.map(({ rule_id, kind, segment, window, value, verdict, rows_checked, rows_failed }) => ({
      rule_id,
      kind,
      segment,
      window,
      value,
      verdict,
      rows_checked,
      rows_failed,
    })),
    anomalies: anomalies.map(({ anomaly_id, rule_id, severity, finding }) => ({
      anomaly_id,
      rule_id,
      severity,
      finding,
    })),
    incidents: incidents.map(({ incident_id, url, status }) => ({ incident_id, url, status })),
    workflow,
  };
}
