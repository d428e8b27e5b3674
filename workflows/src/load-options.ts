import { ActivityCancellationType } from '@temporalio/workflow';
import { taskQueues } from './activities.ts';

/** How long the steps of a load may take, and how they are tried again. A dead worker is noticed within ten seconds. */
const step = {
  heartbeatTimeout: '10 seconds',
  // Whoever cancels a load deletes what it wrote, once nothing of it writes any more.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;

/** A big file reads for hours. */
export const reading = { ...step, startToCloseTimeout: '24 hours' } as const;

export const checking = { ...step, startToCloseTimeout: '4 hours' } as const;

/** What ends a load, also one that cannot go on, is tried until it succeeds. */
export const finishing = { ...step, startToCloseTimeout: '30 minutes', taskQueue: taskQueues.control } as const;
