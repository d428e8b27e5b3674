import { setTimeout as wait } from 'node:timers/promises';
import type { IngestResult, Receipt } from '@assay/api';
import { refusalCode, type Api } from '../api.ts';
import type { FileProgress } from './progress.ts';

const waitOnce_s = 30;
const lookEvery_ms = 300;
const retryEvery_ms = 2_000;
const underWay = new Set(['received', 'loading', 'committed', 'checking']);

/** Waits for the verdict of a load, however long it takes, and tells how far it is. */
export async function awaitLoad(
  api: Api,
  receipt: Receipt,
  told: (progress: FileProgress) => void,
): Promise<IngestResult> {
  const over = new AbortController();
  const showing = showProgress(api, receipt, { told, signal: over.signal });
  try {
    return await awaitResult(api, receipt);
  } finally {
    over.abort();
    await showing;
  }
}

/** The same without telling how far it is. */
export async function awaitResult(
  api: Api,
  asked: Pick<Receipt, 'load_id' | 'recheck_workflow_id'>,
): Promise<IngestResult> {
  for (;;) {
    const result = await askResult(api, asked);
    if (result !== undefined && !underWay.has(result.state)) return result;
    if (result === undefined) await wait(retryEvery_ms);
  }
}

/** Undefined while a check goes on, or Temporal is away: the file is kept and will be loaded, so there is something to wait for. */
async function askResult(
  api: Api,
  asked: Pick<Receipt, 'load_id' | 'recheck_workflow_id'>,
): Promise<IngestResult | undefined> {
  const { load_id, recheck_workflow_id } = asked;
  try {
    return await api.client.load.ingestResult.query({
      load_id,
      wait_s: waitOnce_s,
      ...(recheck_workflow_id === '' ? {} : { workflow_id: recheck_workflow_id }),
    });
  } catch (error) {
    if (['unavailable', 'timeout'].includes(refusalCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function showProgress(
  api: Api,
  receipt: Receipt,
  options: { told: (progress: FileProgress) => void; signal: AbortSignal },
): Promise<void> {
  const { told, signal } = options;
  const pause = () => wait(lookEvery_ms, undefined, { signal }).catch(() => undefined);
  const over = () => signal.aborted;
  await pause();
  while (!over()) {
    // The verdict is asked for elsewhere; a look that fails is followed by the next.
    const status = await api.client.load.status.query({ load_id: receipt.load_id }, { signal }).catch(() => undefined);
    if (status !== undefined && !over()) {
      const { progress } = status;
      told({
        name: receipt.file,
        stage: status.state,
        bytes: Number(progress?.bytes_done ?? receipt.bytes),
        bytes_total: bytesOf(progress?.bytes_total),
        records: progress?.records ?? '0',
        records_per_s: progress?.records_per_s ?? 0,
        eta_s: progress?.eta_s ?? null,
      });
    }
    await pause();
  }
}

function bytesOf(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : Number(text);
}
