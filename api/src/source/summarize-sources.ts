import {
  countOpenIncidents,
  countRulesBySource,
  listSources,
  mostMissing,
  recentLoads,
  sourceColumns,
  type Load,
  type MissingShares,
  type SourceVersion,
} from '@assay/clickhouse';
import type { ListedSource, SourceSummary } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { sourceFactsOf } from './find-source.ts';

const recentMost = 30;
const missingMost = { loads: 12, columns: 4 };

/** Every source with its newest verdicts, what is missing in them, its rules counted and its open incidents counted. */
export async function summarizeSources(ctx: AuthorizedContext): Promise<{ items: ListedSource[] }> {
  const [sources, rules, loads, incidents, missing] = await Promise.all([
    listSources(ctx.db),
    countRulesBySource(ctx.db),
    recentLoads(ctx.db, { source_id: '0', per_source: recentMost }),
    countOpenIncidents(ctx.db),
    mostMissing(ctx.db, missingMost),
  ]);
  const rulesOf = new Map(rules.map((count) => [count.source_id, count.rules]));
  const loadsOf = Map.groupBy(loads, (load) => load.source_id);
  const incidentsOf = new Map(incidents.map((count) => [count.source_id, count.incidents]));
  const missingOf = Map.groupBy(missing, (column) => column.source_id);
  return {
    items: sources.map((source) => {
      const ofSource = loadsOf.get(source.source_id) ?? [];
      const summary = summarizeSource(source, {
        loads: ofSource,
        rules: rulesOf.get(source.source_id) ?? 0,
        incidents_open: incidentsOf.get(source.source_id) ?? 0,
      });
      return { ...summary, missing: missingOver(ofSource, missingOf.get(source.source_id) ?? []) };
    }),
  };
}

/** Puts the shares of columns in the order of the loads they were measured in. */
function missingOver(loads: readonly Load[], columns: readonly MissingShares[]): ListedSource['missing'] {
  const measured = loads
    .filter(({ check_id, state }) => check_id !== '0' && state !== 'withdrawn' && state !== 'expired')
    .slice(-missingMost.loads);
  return columns.map(({ column, shares }) => ({
    column,
    shares: measured.map(({ load_id }) => shares[load_id] ?? null),
  }));
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
