import { listRules, listSources, recentLoads, sourceColumns, type Load, type SourceVersion } from '@assay/clickhouse';
import { openIncidents } from '../incident/open-incidents.ts';
import type { SourceSummary } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { sourceFactsOf } from './find-source.ts';

const recentMost = 30;

/** Every source with its newest verdicts, its rules counted and its open incidents counted. */
export async function summarizeSources(ctx: AuthorizedContext): Promise<{ items: SourceSummary[] }> {
  const [sources, rules, loads, incidents] = await Promise.all([
    listSources(ctx.db),
    listRules(ctx.db),
    recentLoads(ctx.db, { source_id: '0', per_source: recentMost }),
    openIncidents(ctx, {}),
  ]);
  const rulesOf = Map.groupBy(rules, (rule) => rule.source_id);
  const loadsOf = Map.groupBy(loads, (load) => load.source_id);
  const incidentsOf = Map.groupBy(incidents, (incident) => incident.source_id);
  return {
    items: sources.map((source) =>
      summarizeSource(source, {
        loads: loadsOf.get(source.source_id) ?? [],
        rules: rulesOf.get(source.source_id)?.length ?? 0,
        incidents_open: incidentsOf.get(source.source_id)?.length ?? 0,
      }),
    ),
  };
}

/** @param beside its newest loads, oldest first */
export function summarizeSource(
  source: SourceVersion,
  beside: { loads: readonly Load[]; rules: number; incidents_open: number },
): SourceSummary {
  const { owner, labels } = sourceFactsOf(source);
  return {
    source_id: source.source_id,
    source: source.name,
    version: source.version,
    owner,
    labels: { ...labels },
    changed_at: source.changed_at,
    columns: sourceColumns(source).length,
    rules: beside.rules,
    latest_load: beside.loads.at(-1) ?? null,
    recent: beside.loads.map(({ load_id, received_at, verdict, state }) => ({ load_id, received_at, verdict, state })),
    incidents_open: beside.incidents_open,
  };
}
