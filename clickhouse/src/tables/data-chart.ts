import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { dataTable, physicalColumn } from './data.ts';
import { timestamp } from './timestamp.ts';

/** The chunks of the published loads of a source: whatever is drawn comes from these rows alone. */
const publishedChunks = `
  SELECT load_id, arrayJoin(chunk_ids)
  FROM commits FINAL
  WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND state = 'published'`;

/** What the x axis is: a time column of the source, by the numbers of its physical columns (one per type it has had), or the receipt of the load. */
export type ChartTime = { readonly kind: 'event'; readonly numbers: readonly number[] } | { readonly kind: 'receipt' };

function timeExpression(time: ChartTime): string {
  if (time.kind === 'receipt') return `toDateTime64(_assay_received_at, 3, 'UTC')`;
  const columns = time.numbers.map((number) => `toDateTime64(${physicalColumn(number)}, 3, 'UTC')`);
  return `coalesce(${columns.join(', ')}, NULL)`;
}

const extent = z.object({ from: timestamp.nullable(), to: timestamp.nullable(), rows: z.string() });

/** The first and last moment among the published rows. */
export async function chartExtent(
  db: Querier,
  chart: { source_id: string; time: ChartTime },
): Promise<{ from: string | null; to: string | null; rows: string }> {
  const at = timeExpression(chart.time);
  const asked = query({
    sql: `
SELECT minOrNull(${at}) AS from, maxOrNull(${at}) AS to, toString(count()) AS rows
FROM ${dataTable(chart.source_id)}
WHERE (_assay_load_id, _assay_chunk_id) IN (${publishedChunks})`,
    params: z.object({ source_id: id }),
    row: extent,
  });
  return (await db.first(asked, { source_id: chart.source_id })) ?? { from: null, to: null, rows: '0' };
}

/** An interval of a chart: `at` is its start; the numbers are exact texts, null where it has no value. */
export const chartPoint = z.object({
  at: timestamp,
  rows: z.string(),
  mean: z.string().nullable(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  nulls: z.string(),
});
export type ChartPoint = z.infer<typeof chartPoint>;

/** Rows, and one numeric column, per interval of the published rows in [from, to). Intervals without rows are left out. */
export function chartPoints(
  db: Querier,
  chart: {
    source_id: string;
    time: ChartTime;
    /** The physical columns of the numeric column; empty for rows alone. */
    values: readonly number[];
    from: string;
    to: string;
    interval_s: number;
  },
): Promise<ChartPoint[]> {
  const at = timeExpression(chart.time);
  const value =
    chart.values.length === 0
      ? "CAST(NULL, 'Nullable(Float64)')"
      : `coalesce(${chart.values.map((number) => `toFloat64(${physicalColumn(number)})`).join(', ')}, NULL)`;
  const asked = query({
    sql: `
SELECT
  toDateTime64(toStartOfInterval(event_at, INTERVAL {interval_s: UInt32} SECOND), 3, 'UTC') AS at,
  toString(count()) AS rows,
  toString(avgOrNull(value)) AS mean,
  toString(minOrNull(value)) AS min,
  toString(maxOrNull(value)) AS max,
  toString(countIf(value IS NULL)) AS nulls
FROM (
  SELECT ${at} AS event_at, ${value} AS value
  FROM ${dataTable(chart.source_id)}
  WHERE (_assay_load_id, _assay_chunk_id) IN (${publishedChunks}))
WHERE event_at >= parseDateTime64BestEffort({from: String}, 3, 'UTC') AND event_at < parseDateTime64BestEffort({to: String}, 3, 'UTC')
GROUP BY at
ORDER BY at`,
    params: z.object({
      source_id: id,
      from: z.string(),
      to: z.string(),
      interval_s: z.number().int().min(1),
    }),
    row: chartPoint,
  });
  const { source_id, from, to, interval_s } = chart;
  return db.rows(asked, { source_id, from, to, interval_s });
}

const span = z.object({ load_id: id, event_from: timestamp.nullable() });

const spans = query({
  sql: `
SELECT load_id, event_from
FROM commits FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}`,
  params: z.object({ source_id: id }),
  row: span,
});

/** Where in event time the loads of a source begin. */
export function eventStarts(db: Querier, source_id: string): Promise<z.infer<typeof span>[]> {
  return db.rows(spans, { source_id });
}
