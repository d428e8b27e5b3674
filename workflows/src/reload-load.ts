import { ActivityCancellationType, ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { taskQueues, type Activities } from './activities.ts';
import { conclude, tell } from './check-file.ts';
import { givenUp } from './given-up.ts';
import type {
  CheckLoadInput,
  CheckLoadResult,
  FinishReloadInput,
  FinishReloadResult,
  LoadFileResult,
  LoadIdentity,
} from './load-steps.ts';
import type { AgainInput } from './start-load.ts';

const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** Whoever cancels deletes what was written, once nothing writes any more. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

const { reloadFile } = proxyActivities<Activities>({
  taskQueue: taskQueues.load,
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '10 seconds',
  cancellationType,
  retry,
});

const { checkLoad } = proxyActivities<Activities>({
  taskQueue: taskQueues.load,
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '10 seconds',
  cancellationType,
  retry,
});

const { finishReload } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType,
  retry,
});

/** What ends a load that cannot go on is itself tried until it succeeds. */
const { giveUpLoad } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '1 minute',
  cancellationType,
  retry,
});

/** A stored load once more from its file: read under fresh chunk ids, judged, then put in the place of what counted before. */
export async function reloadLoad({ load, generation }: AgainInput): Promise<FinishReloadResult> {
  if (generation < 1) throw ApplicationFailure.nonRetryable('a load is read again from 1 on', 'invalid_generation');
  const { workflowId: workflow_id, runId: run_id } = workflowInfo();
  const run = { load, trigger: 'again' as const, generation, workflow_id, run_id };
  const began_at = new Date().toISOString();
  tell(load, 'Reading the file again.');
  const read = await reloadFile({ load, generation, workflow_id, run_id }).catch((error: unknown) =>
    nothing(`The file could not be read: ${givenUp(error)} ${tryAgain(load)}`, began_at),
  );
  tell(load, 'Checking what was read again.');
  let judged = await judge({ ...run, loaded: read });
  try {
    return await finish({ ...run, ...judged });
  } catch (error) {
    judged = await judge({
      ...run,
      loaded: nothing(`It could not be put in place: ${givenUp(error)} ${tryAgain(load)}`, began_at),
    });
    return await finish({ ...run, ...judged }).catch((last: unknown) => giveUp({ ...run, loaded: read }, last));
  }
}

/** What can be neither put in place nor left as it was ends, and says why: nobody starts it again for ever. */
async function giveUp(input: CheckLoadInput, error: unknown): Promise<never> {
  const why = givenUp(error);
  const state = await giveUpLoad({ ...input, why });
  conclude(input.load, { state, verdict: 'error' }, `Not loaded again: ${why}`);
  throw ApplicationFailure.nonRetryable(why, 'given_up');
}

/** What cannot be judged changes nothing either. */
async function judge(
  input: CheckLoadInput & { loaded: LoadFileResult },
): Promise<{ loaded: LoadFileResult; checked: CheckLoadResult }> {
  try {
    return { loaded: input.loaded, checked: await checkLoad(input) };
  } catch (error) {
    const loaded = nothing(
      `It could not be checked: ${givenUp(error)} ${tryAgain(input.load)}`,
      input.loaded.loading_at,
    );
    return { loaded, checked: await checkLoad({ ...input, loaded }) };
  }
}

async function finish(input: FinishReloadInput): Promise<FinishReloadResult> {
  const finished = await finishReload(input);
  conclude(input.load, { state: finished.state, verdict: input.checked.verdict }, input.checked.summary);
  return finished;
}

function tryAgain({ load_id }: LoadIdentity): string {
  return `Mend that, then load it again: \`assay loads reload ${load_id}\`.`;
}

function nothing(reason: string, loading_at: string): LoadFileResult {
  return { outcome: 'refused', reason, format: '', compression: '', loading_at };
}
