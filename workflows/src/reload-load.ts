import { ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { taskQueues, type Activities } from './activities.ts';
import { describe } from './check-file.ts';
import type { FinishReloadResult } from './load-steps.ts';
import type { ReloadLoadInput } from './start-reload.ts';

const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

const { reloadFile } = proxyActivities<Activities>({
  taskQueue: taskQueues.load,
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '10 seconds',
  retry,
});

const { checkLoad } = proxyActivities<Activities>({
  taskQueue: taskQueues.load,
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '10 seconds',
  retry,
});

const { finishReload } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
});

/** A stored load once more from its file: read under fresh chunk ids, judged, then put in the place of what counted before. */
export async function reloadLoad({ load, generation }: ReloadLoadInput): Promise<FinishReloadResult> {
  if (generation < 1) throw ApplicationFailure.nonRetryable('a load is read again from 1 on', 'invalid_generation');
  const { workflowId: workflow_id, runId: run_id } = workflowInfo();
  describe(load, { state: 'loading', verdict: '' }, 'Reading the file again.');
  const loaded = await reloadFile({ load, generation, workflow_id, run_id });

  const input = { load, loaded, trigger: 'again' as const, generation, workflow_id, run_id };
  describe(load, { state: 'checking', verdict: '' }, 'Checking what was read again.');
  const checked = await checkLoad(input);
  const finished = await finishReload({ ...input, checked });
  describe(load, { state: finished.state, verdict: checked.verdict }, checked.summary);
  return finished;
}
