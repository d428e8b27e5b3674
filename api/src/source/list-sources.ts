import {
  countOpenIncidents,
  countRulesBySource,
  countSources,
  listSourcePage,
  mostMissing,
  recentLoads,
  type Load,
  type LoadVerdict,
  type MissingShares,
  type SourceVersion,
} from '@assay/clickhouse';
import type { ListedSource, SourcePage } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { summarizeSource } from './summarize-source.ts';

const recentMost = 30;
const missingMost = { loads: 12, columns: 4 };

interface SourcesInput {
  readonly text?: string | undefined;
  readonly verdict?: LoadVerdict | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** One page of sources by name. As many statements for a page as for one source, and only of the sources on it. */
export async function listedSources(ctx: AuthorizedContext, input: SourcesInput): Promise<SourcePage> {
  const { text, verdict } = input;
  const [sources, by_verdict] = await Promise.all([listSourcePage(ctx.db, input), countSources(ctx.db, { text })]);
  const counted = by_verdict.filter((count) => verdict === undefined || count.verdict === verdict);
  return {
    items: sources.length === 0 ? [] : await summarizeSources(ctx, sources),
    total: counted.reduce((sum, count) => sum + count.sources, 0),
    by_verdict,
  };
}

/** Sources with their newest verdicts, what is missing in them, their rules counted and their open incidents counted. */
async function summarizeSources(ctx: AuthorizedContext, sources: readonly SourceVersion[]): Promise<ListedSource[]> {
  const source_ids = sources.map(({ source_id }) => source_id);
  const [rules, loads, incidents, missing] = await Promise.all([
    countRulesBySource(ctx.db, source_ids),
    recentLoads(ctx.db, { source_ids, per_source: recentMost }),
    countOpenIncidents(ctx.db, source_ids),
    mostMissing(ctx.db, source_ids, missingMost),
  ]);
  const rulesOf = new Map(rules.map((count) => [count.source_id, count.rules]));
  const loadsOf = Map.groupBy(loads, (load) => load.source_id);
  const incidentsOf = new Map(incidents.map((count) => [count.source_id, count.incidents]));
  const missingOf = Map.groupBy(missing, (column) => column.source_id);
  return sources.map((source) => {
    const ofSource = loadsOf.get(source.source_id) ?? [];
    const summary = summarizeSource(source, {
      loads: ofSource,
      rules: rulesOf.get(source.source_id) ?? 0,
      incidents_open: incidentsOf.get(source.source_id) ?? 0,
    });
    return { ...summary, missing: missingOver(ofSource, missingOf.get(source.source_id) ?? []) };
  });
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
