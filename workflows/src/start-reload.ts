import { taskQueues } from './activities.ts';
import type { LoadIdentity } from './load-steps.ts';
import { recheckWorkflowId } from './source-messages.ts';

export interface ReloadLoadInput {
  readonly load: LoadIdentity;
  /** Counts the re-checks and readings of this load from 1; orders what they write. */
  readonly generation: number;
}

/** How a client has a stored load read from its file again. Starting twice is harmless, beside a re-check it is refused. */
export function startReload(input: ReloadLoadInput): {
  workflowId: string;
  taskQueue: string;
  args: [ReloadLoadInput];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY';
  workflowIdConflictPolicy: 'FAIL';
  memo: Record<string, unknown>;
  staticSummary: string;
} {
  const { load, generation } = input;
  return {
    workflowId: recheckWorkflowId(load, generation),
    taskQueue: taskQueues.control,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'FAIL',
    memo: { load_id: load.load_id },
    staticSummary: `${load.file} for ${load.source}, loaded again`,
  };
}
