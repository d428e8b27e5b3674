import { engineVersion, waitingLoads, type Role } from '@assay/clickhouse';
import type { QueueHealth } from '../orchestrator.ts';
import type { AuthorizedContext } from '../trpc.ts';

export interface SystemInfo {
  readonly version: string;
  readonly engine_version: string;
  readonly temporal_ui_url: string;
  readonly uptime_s: number;
  readonly caller: { tenant: string; actor: string; role: Role };
  /** False while Temporal does not answer; `queues` is empty then. */
  readonly temporal_up: boolean;
  readonly queues: QueueHealth[];
  readonly loads_waiting: number;
}

/** What runs, for whom, and how much waits; told while Temporal is away, too. */
export async function systemInfo(ctx: AuthorizedContext): Promise<SystemInfo> {
  const { services, caller, db } = ctx;
  const temporal_up = await services.orchestrator.reachable();
  const [engine_version, queues, waiting] = await Promise.all([
    engineVersion(db),
    temporal_up ? services.orchestrator.queues() : [],
    waitingLoads(db),
  ]);
  const { tenant, actor, role } = caller;
  return {
    version: services.version,
    engine_version,
    temporal_ui_url: services.links.temporal_ui,
    uptime_s: Math.round((services.now() - services.started_at) / 1_000),
    caller: { tenant, actor, role },
    temporal_up,
    queues,
    loads_waiting: waiting.loads,
  };
}
