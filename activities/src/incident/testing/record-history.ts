import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** Where histories of released workflow code are kept: code that cannot replay them breaks incidents that are open. */
export const historiesFolder = fileURLToPath(new URL('../../../../workflows/src/histories/', import.meta.url));

/** Keeps the history of a workflow when ASSAY_RECORD_HISTORIES is set, without the name of the machine it ran on. */
export async function recordHistory(handle: WorkflowHandle, name: string): Promise<void> {
  if (process.env['ASSAY_RECORD_HISTORIES'] === undefined) return;
  const text = historyToJSON(await handle.fetchHistory());
  await mkdir(historiesFolder, { recursive: true });
  await writeFile(`${historiesFolder}${name}.json`, text.replace(/("identity": ?)"[^"]*"/g, '$1"worker"'));
}
