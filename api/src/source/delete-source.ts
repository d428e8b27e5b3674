import { deleteSourceTraces, finalStates, tracesOfSource, type SourceTraces } from '@assay/clickhouse';
import { recordDeed } from '../audit-trail.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findSource } from './find-source.ts';

/**
 * Removes a source and everything that exists because of it: files, rows, rules, incidents and their workflows. What stays is the record
 * of who did it. A call that was cut off can be repeated.
 */
export async function deleteSource(
  ctx: AuthorizedContext,
  name: string,
): Promise<{ source: string; loads: number; incidents: number }> {
  const { orchestrator, inbox } = ctx.services;
  const { actor, tenant } = ctx.caller;
  const source = await findSource(ctx, name);
  const traces = await tracesOfSource(ctx.db, source.source_id);

  // Manifests go first: what has none is never started again.
  for (const load of traces.loads) await inbox.discard(load.load_id);
  await orchestrator.editSource({
    ref: { tenant, source: name },
    if_new: { source_id: source.source_id, rules: [], actor },
    edit: { kind: 'delete_source', actor, why: 'deleted with every trace', expected_version: null },
    update_id: ctx.request_id,
  });
  await orchestrator.terminate(livingWorkflows(traces), `source ${name} was deleted by ${actor}`);
  await deleteSourceTraces(ctx.db, { source_id: source.source_id, name });

  const counts = { loads: traces.loads.length, incidents: traces.incidents.length };
  await recordDeed(ctx, { action: 'source.delete', subject: `source:${name}`, before: counts });
  return { source: name, ...counts };
}

function livingWorkflows(traces: SourceTraces): string[] {
  const final = new Set<string>(finalStates);
  const loading = traces.loads.filter((load) => !final.has(load.state)).map((load) => load.workflow_id);
  const incidents = traces.incidents.map((incident) => incident.workflow_id);
  return [...new Set([...loading, ...incidents])].filter((workflow_id) => workflow_id !== '');
}
