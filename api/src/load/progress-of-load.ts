import { finalStates, progressOfLoad, type Load } from '@assay/clickhouse';
import { z } from 'zod';
import type { Progress } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What a worker reports while it reads or checks; anything it does not know yet is 0. */
const reported = z.object({
  stage: z.string().default('loading'),
  bytes_done: z.coerce.string().default('0'),
  bytes_total: z.coerce.string().optional(),
  records: z.coerce.string().default('0'),
});

/** How far a running load is, with its rate and the time left by bytes; null when nothing was reported or nothing runs. */
export async function progressOf(ctx: AuthorizedContext, load: Load): Promise<Progress | null> {
  if (finalStates.includes(load.state) || load.loading_at === null) return null;
  const newest = await progressOfLoad(ctx.db, load.load_id);
  if (newest === undefined) return null;
  const { stage, bytes_done, bytes_total, records } = reported.parse(JSON.parse(newest.data));
  const total = bytes_total ?? load.bytes;
  const elapsed_s = Math.max(0.001, (Date.parse(newest.at) - Date.parse(load.loading_at)) / 1_000);
  const share = Number(total) === 0 ? 0 : Number(bytes_done) / Number(total);
  return {
    at: newest.at,
    stage,
    bytes_done,
    bytes_total: total,
    records,
    records_per_s: Math.round(Number(records) / elapsed_s),
    eta_s: share > 0 && share <= 1 ? Math.round((elapsed_s / share) * (1 - share)) : null,
  };
}
