import {
  anomaliesOfLoad,
  arrivalsOfLoad,
  checkById,
  profilesOfCheck,
  rejectReasons,
  resultsOfCheck,
} from '@assay/clickhouse';
import { incidentsOfLoad } from '../incident/incidents-of-load.ts';
import type { LoadDetail } from '../shapes/load.ts';
import { judgedResults } from '../rule/judged-results.ts';
import { inColumnOrder } from '../source/in-column-order.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { availableDecisions } from './available-decisions.ts';
import { committedColumns } from './committed-columns.ts';
import { findCommittedLoad } from './find-load.ts';
import { maskedColumns } from './masks.ts';
import { progressOf } from './progress-of-load.ts';
import { stagesOf, workOf } from './stages.ts';

/** Everything known about a load; results, columns and anomalies are those of the check in force. */
export async function detailOfLoad(ctx: AuthorizedContext, load_id: string): Promise<LoadDetail> {
  const { db } = ctx;
  const { links } = ctx.services;
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  const { source_id, check_id, workflow_id, run_id } = load;
  const judged = check_id !== '0';
  const [check, columns, results, anomalies, reject_reasons, arrivals, progress, hidden] = await Promise.all([
    judged ? checkById(db, load_id, check_id) : undefined,
    judged ? profilesOfCheck(db, { source_id, load_id, check_id }) : [],
    judged ? resultsOfCheck(db, load_id, check_id) : [],
    anomaliesOfLoad(db, load),
    commit === undefined || load.rejects === '0' ? [] : rejectReasons(db, { load_id, chunk_ids: commit.chunk_ids }),
    arrivalsOfLoad(db, load),
    progressOf(ctx, load),
    maskedColumns(ctx, load.source),
  ]);
  const [incidents, judgedOnes] = await Promise.all([
    incidentsOfLoad(ctx, { load_id, anomalies }),
    judgedResults(ctx, source_id, results),
  ]);
  const names = commit === undefined ? [] : committedColumns(commit).map(({ name }) => name);
  return {
    load: { ...load, url: links.load(load_id), took_ms: workOf(load, check ?? null) },
    publication: commit?.state ?? null,
    stages: stagesOf(load, check ?? null),
    progress,
    check: check ?? null,
    columns: inColumnOrder(columns, names, ({ column }) => column).map((column) =>
      hidden.has(column.column) ? { ...column, min: null, max: null, mean: null } : column,
    ),
    results: judgedOnes,
    anomalies,
    incidents,
    reject_reasons,
    arrivals,
    workflow: { id: workflow_id, run_id, url: links.workflow(workflow_id, run_id) },
    available_decisions: availableDecisions(load),
  };
}
