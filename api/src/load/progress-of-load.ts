import { progressOfLoad, type Load } from '@assay/clickhouse';
import { z } from 'zod';
import type { Progress } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What a worker reports while it reads. */
const reported = z.object({
  stage: z.string(),
  content_bytes: z.string(),
  content_bytes_total: z.string().nullable(),
  records: z.string(),
  elapsed_ms: z.number(),
});

/** How far the reading of a load is, with its rate and the time left by bytes; null when nothing was reported, or it is over. */
export async function progressOf(
  ctx: Pick<AuthorizedContext, 'db'>,
  load: Pick<Load, 'load_id' | 'state'>,
): Promise<Progress | null> {
  if (load.state !== 'loading') return null;
  const newest = await progressOfLoad(ctx.db, load.load_id);
  if (newest === undefined) return null;
  const { stage, content_bytes, content_bytes_total, records, elapsed_ms } = reported.parse(JSON.parse(newest.data));
  const elapsed_s = Math.max(0.001, elapsed_ms / 1_000);
  const left = content_bytes_total === null ? null : Number(content_bytes_total) - Number(content_bytes);
  return {
    at: newest.at,
    stage,
    bytes_done: content_bytes,
    bytes_total: content_bytes_total,
    records,
    records_per_s: Math.round(Number(records) / elapsed_s),
    eta_s: left === null || content_bytes === '0' ? null : Math.round((left * elapsed_s) / Number(content_bytes)),
  };
}
