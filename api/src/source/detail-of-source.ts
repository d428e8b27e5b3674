import {
  commitOfLoad,
  countIncidents,
  profileHistory,
  recentLoads,
  rulesOfSource,
  sourceColumns,
} from '@assay/clickhouse';
import { openIncidents } from '../incident/open-incidents.ts';
import type { SourceDetail } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findSource, sourceFactsOf } from './find-source.ts';
import { nullHeatOf } from './null-heat.ts';
import { summarizeSource } from './summarize-source.ts';
import { undeclaredKeys } from './undeclared-keys.ts';

/** A source as its page shows it: the newest `loads` loads with the share of nulls in every column. */
export async function detailOfSource(
  ctx: AuthorizedContext,
  input: { source: string; loads: number },
): Promise<SourceDetail> {
  const source = await findSource(ctx, input.source);
  const { source_id } = source;
  const [rules, loads, profiles, incidents, tally] = await Promise.all([
    rulesOfSource(ctx.db, source_id),
    recentLoads(ctx.db, { source_ids: [source_id], per_source: input.loads }),
    profileHistory(ctx.db, source_id, input.loads),
    openIncidents(ctx, { source: source.name }),
    countIncidents(ctx.db, { source: source.name, actor: ctx.caller.actor }),
  ]);
  const open = tally.filter(({ status }) => status !== 'resolved');
  const incidents_open = open.reduce((sum, count) => sum + count.incidents, 0);
  const newest = loads.findLast((load) => load.committed_at !== null && load.state !== 'expired');
  const commit = newest === undefined ? undefined : await commitOfLoad(ctx.db, source_id, newest.load_id);
  const keys = commit === undefined || commit.state === 'expired' ? [] : await undeclaredKeys(ctx, source, commit);
  const summary = summarizeSource(source, { loads, rules: rules.length, incidents_open });
  const columns = sourceColumns(source);
  return {
    ...summary,
    columns,
    event_time: sourceFactsOf(source).event_time,
    null_heat: nullHeatOf(
      loads,
      profiles,
      columns.map(({ name }) => name),
    ),
    incidents,
    undeclared: keys.filter(({ declared_type }) => declared_type === null),
    undeclared_in: newest === undefined ? null : { load_id: newest.load_id, file: newest.file },
  };
}
