import { finalStates } from '@assay/clickhouse';
import type { LoadStatus } from '../shapes/load.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findLoad } from './find-load.ts';
import { progressOf } from './progress-of-load.ts';
import { stagesOf } from './stages.ts';

/** Where a load is, in as few questions as possible: it is asked many times a minute. */
export async function statusOfLoad(ctx: AuthorizedContext, load_id: string): Promise<LoadStatus> {
  const load = await findLoad(ctx, load_id);
  return {
    load_id,
    state: load.state,
    verdict: load.verdict,
    final: finalStates.includes(load.state),
    stages: stagesOf(load, null),
    progress: await progressOf(ctx, load),
  };
}
