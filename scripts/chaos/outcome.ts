import {
  commitOfLoad,
  deliveriesOfIncident,
  failedRowsOfCheck,
  listAnomalies,
  listIncidents,
  loadById,
  rejectsOfLoad,
  resultsOfCheck,
  type Load,
  type Querier,
} from '@assay/clickhouse';

/** All that people are shown and told of one file, without ids and times: the same whatever was killed meanwhile. */
export async function outcomeOfLoad(db: Querier, load_id: string) {
  const load = await loadById(db, load_id);
  if (load === undefined) throw new Error(`load ${load_id} left no row`);
  const { source_id, check_id, file, state, verdict, summary, records, rows, rejects, findings } = load;
  const commit = await commitOfLoad(db, source_id, load_id);
  const [results, anomalies, evidence, rejected] = await Promise.all([
    resultsOfCheck(db, load_id, check_id),
    listAnomalies(db, { source_id, load_id, limit: 1_000 }),
    failedRowsOfCheck(db, { load_id, check_id, rule_id: '', limit: 1_000, offset: 0 }),
    rejectsOfLoad(db, { load_id, chunk_ids: commit?.chunk_ids ?? [], limit: 1_000, offset: 0 }),
  ]);
  return {
    load: { file, state, verdict, summary, records, rows, rejects, findings, publication: commit?.state },
    results: results.map((result) => [
      result.rule_id,
      result.segment,
      result.verdict,
      result.value,
      result.rows_checked,
      result.rows_failed,
      result.finding,
    ]),
    anomalies: anomalies
      .map(({ rule_id, segment, severity, verdict, finding, evidence, incident_id }) => ({
        rule_id,
        segment,
        severity,
        verdict,
        finding,
        evidence,
        told: incident_id !== '0',
      }))
      .sort((a, b) => compare(a.rule_id, b.rule_id)),
    evidence: evidence.map(({ line, rule_ids, reasons }) => ({ line, rule_ids, reasons })),
    rejects: rejected.map(({ line, reason }) => ({ line, reason })),
  };
}

/** Every incident of a source with what was sent about it; its finding is that of whichever file came last. */
export async function outcomeOfIncidents(db: Querier, source: string) {
  const incidents = await listIncidents(db, { source, limit: 1_000 });
  const told = await Promise.all(
    incidents.map(async ({ incident_id, rule_id, segment, status, severity, occurrences }) => ({
      rule_id,
      segment,
      status,
      severity,
      occurrences,
      deliveries: (await deliveriesOfIncident(db, incident_id)).map(({ reason, target, state }) => ({
        reason,
        target,
        state,
      })),
    })),
  );
  return told.sort((a, b) => compare(a.rule_id + a.segment, b.rule_id + b.segment));
}

/** The loads by the name of their file. */
export async function outcomeOfFiles(db: Querier, loads: readonly Pick<Load, 'load_id'>[]) {
  const outcomes = await Promise.all(loads.map(({ load_id }) => outcomeOfLoad(db, load_id)));
  return outcomes.sort((a, b) => compare(a.load.file, b.load.file));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
