import {
  chartExtent,
  chartPoints,
  dataColumns,
  eventStarts,
  expiredRows,
  hasDataTable,
  listAnomalies,
  type Anomaly,
  type ChartTime,
  type DataColumn,
} from '@assay/clickhouse';
import { didYouMean } from '@assay/rules';
import { RequestProblem } from '../problem.ts';
import type { SourceChart } from '../shapes/source-chart.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findSource, sourceFactsOf } from './find-source.ts';

interface ChartInput {
  readonly source: string;
  readonly column?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly points: number;
}

const numeric = /^(U?Int\d+|Float\d+|Decimal)/;

/** Interval lengths a person can read off an axis, in seconds. */
const intervals_s = [1, 5, 15, 60, 300, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000];

/** Rows, and one numeric column, of the published loads over event time, with the anomalies that fall into it. */
export async function chartSource(ctx: AuthorizedContext, input: ChartInput): Promise<SourceChart> {
  if (input.from !== undefined && input.to !== undefined && Date.parse(input.from) >= Date.parse(input.to)) {
    throw new RequestProblem('invalid_input', `Nothing lies from ${input.from} to ${input.to}: the end must be later.`);
  }
  const source = await findSource(ctx, input.source);
  const { source_id } = source;
  const { event_time, masked } = sourceFactsOf(source);
  const stored = (await hasDataTable(ctx.db, source_id)) ? await dataColumns(ctx.db, source_id) : undefined;
  const numbers = namesOf((stored ?? []).filter((column) => numeric.test(column.type) && !masked.has(column.name)));
  if (input.column !== undefined && stored !== undefined && !numbers.includes(input.column)) {
    throw new RequestProblem(
      'not_found',
      `Source ${input.source} has no numeric column called ${input.column} to chart${didYouMean(input.column, numbers) || '.'}`,
    );
  }
  const time = timeOf(stored ?? [], event_time);
  const empty: SourceChart = {
    time: time.kind === 'event' ? 'event_time' : 'received_at',
    column: input.column ?? null,
    interval_s: 60,
    points: [],
    anomalies: [],
    numeric_columns: numbers,
    expired: await expiredRows(ctx.db, source_id),
  };
  if (stored === undefined) return empty;

  const extent = await chartExtent(ctx.db, { source_id, time });
  if (extent.from === null || extent.to === null) return empty;
  const from = input.from ?? extent.from;
  const to = input.to ?? afterSecond(extent.to);
  const interval_s = intervalFor(Date.parse(to) - Date.parse(from), input.points);
  const values = stored.filter((column) => column.name === input.column && numeric.test(column.type));
  const [points, anomalies, starts] = await Promise.all([
    chartPoints(ctx.db, { source_id, time, values: values.map((column) => column.number), from, to, interval_s }),
    listAnomalies(ctx.db, { source_id, limit: 2_000 }),
    time.kind === 'event' ? eventStarts(ctx.db, source_id) : [],
  ]);
  return {
    ...empty,
    interval_s,
    points,
    anomalies: placed(anomalies, new Map(starts.map((load) => [load.load_id, load.event_from])), { from, to }),
  };
}

/** A column that changed its type has several physical columns; all of them are its values. */
function timeOf(stored: readonly DataColumn[], event_time: string | null): ChartTime {
  const columns = stored.filter((column) => column.name === event_time && column.type.startsWith('Date'));
  return columns.length === 0
    ? { kind: 'receipt' }
    : { kind: 'event', numbers: columns.map((column) => column.number) };
}

function namesOf(columns: readonly DataColumn[]): string[] {
  return [...new Set(columns.map((column) => column.name))];
}

function intervalFor(length_ms: number, points: number): number {
  const wanted_s = length_ms / 1_000 / points;
  return intervals_s.find((interval) => interval >= wanted_s) ?? Math.ceil(wanted_s / 86_400) * 86_400;
}

/** An anomaly lies at its window; without one at the first event of its load, or where it was found when the axis is not event time. */
function placed(
  anomalies: readonly Anomaly[],
  starts: ReadonlyMap<string, string | null>,
  range: { from: string; to: string },
): SourceChart['anomalies'] {
  return anomalies.flatMap((anomaly) => {
    const start = anomaly.window === '' ? (starts.get(anomaly.load_id) ?? anomaly.found_at) : anomaly.window;
    const at = isoOf(start);
    const inside = at >= isoOf(range.from) && at < isoOf(range.to);
    return inside ? [{ ...anomaly, at }] : [];
  });
}

function isoOf(window: string): string {
  return new Date(window).toISOString();
}

function afterSecond(last: string): string {
  return new Date(Date.parse(last) + 1_000).toISOString();
}
