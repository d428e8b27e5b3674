import { proxyActivities } from '@temporalio/workflow';
import { taskQueues, type Activities } from './activities.ts';
import type { RetentionReport, SweepReport, UpkeepInput } from './upkeep-messages.ts';

const upkeep = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute', maximumAttempts: 10 },
});

/** Deletes what attempts that did not count left behind, on demand. */
export function sweepStored(input: UpkeepInput): Promise<SweepReport> {
  return upkeep.sweepStored(input);
}

/** Gives up what sources keep no longer, on demand. */
export function applyRetention(input: UpkeepInput): Promise<RetentionReport> {
  return upkeep.applyRetention(input);
}
