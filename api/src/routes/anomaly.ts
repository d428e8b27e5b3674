import { anomaly, id } from '@assay/clickhouse';
import { sourceName } from '@assay/rules';
import { z } from 'zod';
import { listedAnomalies } from '../anomaly/list-anomalies.ts';
import { router, viewer } from '../trpc.ts';
import { limit } from './page.ts';

const tags = ['anomalies'];

export const anomalyRouter = router({
  list: viewer
    .meta({ openapi: { method: 'GET', path: '/anomalies', tags, summary: 'Anomalies, newest load first' } })
    .input(
      z.strictObject({
        source: sourceName.optional(),
        load_id: id.optional(),
        rule_id: z.string().min(1).optional(),
        limit: limit(200, 5_000),
      }),
    )
    .output(z.object({ items: z.array(anomaly) }))
    .query(({ ctx, input }) => listedAnomalies(ctx, input)),
});
