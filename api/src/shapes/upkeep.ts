import { id } from '@assay/clickhouse';
import { z } from 'zod';

export const sweepReport = z.object({
  dry_run: z.boolean(),
  loads: z.array(
    z.object({
      source: z.string(),
      load_id: id,
      file: z.string(),
      chunks: z.number(),
      rows: z.string(),
      rejects: z.string(),
      /** Why nothing of it is deleted; empty when it is, or would be. */
      left: z.string(),
    }),
  ),
  /** Loads that are counted but not listed. */
  more: z.number(),
  rows: z.string(),
  rejects: z.string(),
});

export const retentionReport = z.object({
  dry_run: z.boolean(),
  /** Only sources with something to give up. */
  sources: z.array(
    z.object({
      source: z.string(),
      /** Loads of which a part expires now. */
      expires: z.object({ inbox: z.number(), rows: z.number(), evidence: z.number(), metrics: z.number() }),
      /** Rows and bytes of those. */
      rows: z.string(),
      bytes: z.string(),
      /** Loads whose rows expired before and are deleted now. */
      loads_deleted: z.number(),
      /** Months of receipt that are dropped whole, such as 202601. */
      partitions_dropped: z.array(z.string()),
    }),
  ),
});
