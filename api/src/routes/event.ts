import { event, id } from '@assay/clickhouse';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { router, viewer } from '../trpc.ts';

export const eventRouter = router({
  /** What happens from now on, or from just after `lastEventId`. The same as `GET /api/v1/events`. */
  stream: viewer.input(z.strictObject({ lastEventId: id.nullish() }).optional()).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const over = new AbortController();
    try {
      const listening = await ctx.services.feed.listen(ctx.caller.tenant, {
        last_event_id: input?.lastEventId ?? undefined,
        signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
      });
      for await (const happened of listening) yield tracked(happened.event_id, event.parse(happened));
    } finally {
      over.abort();
    }
  }),
});
