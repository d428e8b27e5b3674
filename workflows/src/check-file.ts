import {
  ActivityCancellationType,
  ApplicationFailure,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { queueOfFile, taskQueues, type Activities } from './activities.ts';
import { givenUp } from './given-up.ts';
import type { CheckLoadResult, FinishLoadResult, LoadFileResult, LoadIdentity } from './load-steps.ts';
import { searchAttributes } from './search-attributes.ts';
import type { AgainInput, CheckFileInput } from './start-load.ts';

/** A big file reads for hours; a dead worker is noticed within ten seconds. */
const reading = {
  startToCloseTimeout: '24 hours',
  heartbeatTimeout: '10 seconds',
  // Whoever cancels a load deletes what it wrote, once nothing of it writes any more.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;

const checking = { ...reading, startToCloseTimeout: '4 hours' } as const;

const { finishLoad } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** What ends a load that cannot go on is itself tried until it succeeds. */
const { giveUpLoad } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '1 minute',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

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

/** What a person reads about a run in Temporal's own UI. */
export function tell(load: LoadIdentity, sentence: string): void {
  setCurrentDetails(`**${load.file}** for \`${load.source}\`\n\n${sentence}`);
}

/** The last of it, and what a person filters by: once a run, since every change costs the server as much as a step. */
export function conclude(load: LoadIdentity, end: { state: string; verdict: string }, sentence: string): void {
  tell(load, sentence);
  upsertSearchAttributes([
    { key: searchAttributes.state, value: end.state },
    { key: searchAttributes.verdict, value: end.verdict },
  ]);
}
