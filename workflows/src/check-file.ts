import { ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { queueOfFile, type Activities } from './activities.ts';
import { givenUp } from './given-up.ts';
import { conclude, tell } from './tell-run.ts';
import type { CheckLoadResult, FinishLoadResult, LoadFileResult, LoadIdentity } from './load-steps.ts';
import { checking, finishing, reading } from './load-options.ts';
import type { AgainInput, CheckFileInput } from './start-load.ts';

const { finishLoad, giveUpLoad } = proxyActivities<Activities>(finishing);

/** One file: read, commit, judge, publish, tell. */
export async function checkFile({ load }: CheckFileInput): Promise<FinishLoadResult> {
  tell(load, 'Reading the file.');
  const { workflowId: workflow_id, runId: run_id } = workflowInfo();
  const loading_at = new Date().toISOString();
  const { loadFile } = proxyActivities<Activities>({ ...reading, taskQueue: queueOfFile(load.bytes) });
  const loaded = await loadFile({ load, workflow_id, run_id }).catch((error: unknown) => unreadable(error, loading_at));
  return judge(load, loaded, { trigger: 'file', generation: 0 });
}

/** A stored load once more, with the rules of today. Nothing is read from the file again. */
export async function recheckLoad({ load, generation }: AgainInput): Promise<FinishLoadResult> {
  if (generation < 1) throw ApplicationFailure.nonRetryable('a re-check counts from 1', 'invalid_generation');
  return judge(load, null, { trigger: 'again', generation });
}

async function judge(
  load: LoadIdentity,
  loaded: LoadFileResult | null,
  run: { trigger: 'file' | 'again'; generation: number },
): Promise<FinishLoadResult> {
  const { workflowId: workflow_id, runId: run_id } = workflowInfo();
  const input = { load, loaded, ...run, workflow_id, run_id };

  try {
    tell(load, readingSentence(loaded));
    const { checkLoad } = proxyActivities<Activities>({ ...checking, taskQueue: queueOfFile(load.bytes) });
    const checked: CheckLoadResult = await checkLoad(input);

    tell(load, checked.summary);
    const finished = await finishLoad({ ...input, checked });
    conclude(load, { state: finished.state, verdict: checked.verdict }, checked.summary);
    return finished;
  } catch (error) {
    const why = givenUp(error);
    const state = await giveUpLoad({ ...input, why });
    conclude(load, { state, verdict: 'error' }, `Not checked: ${why}`);
    throw ApplicationFailure.nonRetryable(why, 'given_up');
  }
}

/** A file that cannot be read, for whatever reason that does not pass, is refused as one that makes no sense. */
function unreadable(error: unknown, loading_at: string): LoadFileResult {
  const reason = `The file could not be read: ${givenUp(error)} Send it once more with --again to have it read again.`;
  return { outcome: 'refused', reason, format: '', compression: '', loading_at };
}

function readingSentence(loaded: LoadFileResult | null): string {
  if (loaded === null) return 'Checking the stored rows again.';
  if (loaded.outcome === 'refused') return `Refused: ${loaded.reason}`;
  return `${loaded.chunks.reduce((rows, chunk) => rows + BigInt(chunk.rows), 0n).toString()} rows read, checking them.`;
}
