import { anomalyRouter } from './routes/anomaly.ts';
import { eventRouter } from './routes/event.ts';
import { incidentRouter } from './routes/incident.ts';
import { keyRouter } from './routes/key.ts';
import { loadRouter } from './routes/load.ts';
import { ruleRouter } from './routes/rule.ts';
import { sourceRouter } from './routes/source.ts';
import { systemRouter } from './routes/system.ts';
import { router } from './trpc.ts';

/** Everything that can be asked of Assay besides uploads: one definition for tRPC and REST. */
export const appRouter = router({
  source: sourceRouter,
  rule: ruleRouter,
  load: loadRouter,
  anomaly: anomalyRouter,
  incident: incidentRouter,
  event: eventRouter,
  key: keyRouter,
  system: systemRouter,
});

export type AppRouter = typeof appRouter;
