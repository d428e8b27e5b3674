import { auditEntry, id, role } from '@assay/clickhouse';
import { z } from 'zod';
import { readAudit, systemInfo } from '../system/system-info.ts';
import { admin, router, viewer } from '../trpc.ts';
import { before, limit } from './page.ts';

const tags = ['system'];

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

  audit: admin
    .meta({ openapi: { method: 'GET', path: '/audit', tags, summary: 'Who did what, newest first' } })
    .input(z.strictObject({ subject: z.string().optional(), before, limit: limit(100, 1_000) }))
    .output(z.object({ items: z.array(auditEntry), next_before: id.nullable() }))
    .query(({ ctx, input }) => readAudit(ctx, input)),
});
