import {
  deleteSourceTraces,
  finalStates,
  halfDeletedSources,
  sourceByName,
  tracesOfSource,
  type Inbox,
  type Manifest,
  type SourceTraces,
  type SourceVersion,
} from '@assay/clickhouse';
import { fileWorkflowId } from '@assay/workflows';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/**
 * Removes a source and everything that exists because of it: files, also those that wait for Temporal or ClickHouse, rows, rules,
 * incidents and their workflows. What stays is the record of who did it. A call that was cut off can be repeated. A file that is accepted
 * at the same moment ends refused and says why.
 */
export async function deleteSource(
  ctx: AuthorizedContext,
  name: string,
): Promise<{ source: string; loads: number; incidents: number }> {
  const counts = { loads: 0, incidents: 0 };
  for (const source of await sourcesToDelete(ctx, name)) {
    const gone = await deleteOne(ctx, source);
    counts.loads += gone.loads;
    counts.incidents += gone.incidents;
  }
  await recordDeed(ctx, { action: 'source.delete', subject: `source:${name}`, before: counts });
  return { source: name, ...counts };
}

/** The source of this name, and those whose deletion was cut off after they were no longer listed. */
async function sourcesToDelete(ctx: AuthorizedContext, name: string): Promise<SourceVersion[]> {
  const [present, begun] = await Promise.all([sourceByName(ctx.db, name), halfDeletedSources(ctx.db, name)]);
  const found = [...begun, ...(present === undefined ? [] : [present])];
  if (found.length === 0) throw new RequestProblem('not_found', `There is no source called ${name}.`);
  return found;
}

async function deleteOne(ctx: AuthorizedContext, source: SourceVersion): Promise<{ loads: number; incidents: number }> {
  const { orchestrator, inbox } = ctx.services;
  const { actor, tenant } = ctx.caller;
  const { source_id, name } = source;
  const ref = { tenant, source: name };
  // From here on no file is accepted for it, and none that was is loaded.
  if (!source.deleted) {
    await orchestrator.editSource({
      ref,
      if_new: null,
      edit: { kind: 'delete_source', actor, why: 'deleted with every trace', expected_version: null },
      update_id: ctx.request_id,
    });
  }
  const [traces, waiting] = await Promise.all([
    tracesOfSource(ctx.db, source_id),
    manifestsOf(inbox, { tenant, source_id }),
  ]);
  // Manifests go before their workflows: what has none is never started again.
  const load_ids = new Set([...traces.loads, ...waiting].map(({ load_id }) => load_id));
  for (const load_id of load_ids) await inbox.discard(load_id);
  // Another source of this name may have begun since; only the first deletion ends all that runs under it.
  const running = source.deleted ? [] : await orchestrator.runningFor(ref);
  const living = new Set([...livingWorkflows(traces), ...waiting.map(fileWorkflowId), ...running]);
  await orchestrator.stop([...living], `source ${name} was deleted by ${actor}`);
  await deleteSourceTraces(ctx.db, { source_id, name });
  return { loads: load_ids.size, incidents: traces.incidents.length };
}

/** Accepted files of a source, also those whose rows were never written because ClickHouse was away. */
async function manifestsOf(inbox: Inbox, of: { tenant: string; source_id: string }): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const load_id of await inbox.loadIds()) {
    // One that cannot be read belongs to nobody that could be told by it.
    const about = await inbox.manifest(load_id).catch(() => undefined);
    if (about?.tenant === of.tenant && about.source_id === of.source_id) found.push(about);
  }
  return found;
}

function livingWorkflows(traces: SourceTraces): string[] {
  const final = new Set<string>(finalStates);
  const loading = traces.loads.filter((load) => !final.has(load.state)).map((load) => load.workflow_id);
  const incidents = traces.incidents.map((incident) => incident.workflow_id);
  return [...new Set([...loading, ...incidents])].filter((workflow_id) => workflow_id !== '');
}
