import { auditEntry, id, role } from '@assay/clickhouse';
import { z } from 'zod';
import { retentionReport, sweepReport } from '../shapes/upkeep.ts';
import { retain, sweep } from '../system/keep-up.ts';
import { readAudit } from '../system/read-audit.ts';
import { systemInfo } from '../system/system-info.ts';
import { admin, router, viewer } from '../trpc.ts';
import { before, limit } from './page.ts';

const tags = ['system'];
/** True to be told what would be done, and to have nothing done. */
const dry_run = z.boolean().default(false);

export const systemRouter = router({
  info: viewer
    .meta({
      openapi: { method: 'GET', path: '/system', tags, summary: 'Versions, addresses and queues of this Assay' },
    })
    .input(z.strictObject({}))
    .output(
      z.object({
        version: z.string(),
        engine_version: z.string(),
        /** Empty when none is configured. */
        temporal_ui_url: z.string(),
        uptime_s: z.number(),
        caller: z.object({ tenant: z.string(), actor: z.string(), role }),
        /** False while Temporal does not answer; `queues` is empty then. */
        temporal_up: z.boolean(),
        queues: z.array(
          z.object({ queue: z.string(), pollers: z.number(), backlog: z.number(), oldest_s: z.number() }),
        ),
        loads_waiting: z.number(),
      }),
    )
    .query(({ ctx }) => systemInfo(ctx)),

  sweep: admin
    .meta({
      openapi: {
        method: 'POST',
        path: '/system/sweep',
        tags,
        summary: 'Delete rows that no commit names, of loads that nobody works on',
      },
    })
    .input(z.strictObject({ dry_run }))
    .output(sweepReport)
    .mutation(({ ctx, input }) => sweep(ctx, input.dry_run)),

  retention: admin
    .meta({
      openapi: {
        method: 'POST',
        path: '/system/retention',
        tags,
        summary: 'Give up what sources keep no longer, as happens every hour',
      },
    })
    .input(z.strictObject({ dry_run }))
    .output(retentionReport)
    .mutation(({ ctx, input }) => retain(ctx, input.dry_run)),

  audit: admin
    .meta({ openapi: { method: 'GET', path: '/audit', tags, summary: 'Who did what, newest first' } })
    .input(z.strictObject({ subject: z.string().optional(), before, limit: limit(100, 1_000) }))
    .output(z.object({ items: z.array(auditEntry), next_before: id.nullable() }))
    .query(({ ctx, input }) => readAudit(ctx, input)),
});
