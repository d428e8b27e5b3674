import { anomaly, chartPoint, timestamp } from '@assay/clickhouse';
import { z } from 'zod';

export const sourceChart = z.object({
  /** What the x axis is: the event time of the source, or the receipt of its loads when it has none. */
  time: z.enum(['event_time', 'received_at']),
  column: z.string().nullable(),
  interval_s: z.number(),
  points: z.array(chartPoint),
  anomalies: z.array(anomaly.extend({ at: timestamp })),
  /** Columns a chart can be drawn of. */
  numeric_columns: z.array(z.string()),
  /** Loads that are in no point any more because their rows expired, and when the last did. */
  expired: z.object({ loads: z.number(), last_at: timestamp.nullable() }),
});
export type SourceChart = z.infer<typeof sourceChart>;
