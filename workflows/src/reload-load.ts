import { ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { taskQueues, type Activities } from './activities.ts';
import { givenUp } from './given-up.ts';
import type {
  CheckLoadInput,
  CheckLoadResult,
  FinishReloadInput,
  FinishReloadResult,
  LoadFileResult,
} from './load-steps.ts';
import { checking, finishing, reading } from './load-options.ts';
import { loadItAgain } from './next-try.ts';
import type { AgainInput } from './start-load.ts';
import { conclude, tell } from './tell-run.ts';

const { reloadFile } = proxyActivities<Activities>({ ...reading, taskQueue: taskQueues.load });
const { checkLoad } = proxyActivities<Activities>({ ...checking, taskQueue: taskQueues.load });
const { finishReload, giveUpLoad } = proxyActivities<Activities>(finishing);

/** A stored load once more from its file: read under fresh chunk ids, judged, then put in the place of what counted before. */
export async function reloadLoad({ load, generation }: AgainInput): Promise<FinishReloadResult> {
  if (generation < 1) throw ApplicationFailure.nonRetryable('a load is read again from 1 on', 'invalid_generation');
  const { workflowId: workflow_id, runId: run_id } = workflowInfo();
  const run = { load, trigger: 'again' as const, generation, workflow_id, run_id };
  const began_at = new Date().toISOString();
  tell(load, 'Reading the file again.');
  const read = await reloadFile({ load, generation, workflow_id, run_id }).catch((error: unknown) =>
    nothing(`The file could not be read: ${givenUp(error)} ${loadItAgain(load)}`, began_at),
  );
  tell(load, 'Checking what was read again.');
  let judged = await judge({ ...run, loaded: read });
  try {
    return await finish({ ...run, ...judged });
  } catch (error) {
    judged = await judge({
      ...run,
      loaded: nothing(`It could not be put in place: ${givenUp(error)} ${loadItAgain(load)}`, began_at),
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
      `It could not be checked: ${givenUp(error)} ${loadItAgain(input.load)}`,
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

function nothing(reason: string, loading_at: string): LoadFileResult {
  return { outcome: 'refused', reason, format: '', compression: '', loading_at };
}
