import type { LoadIdentity } from './load-steps.ts';
import { taskQueues } from './activities.ts';
import { fileWorkflowId } from './source-messages.ts';

/**
 * How a client starts the workflow of a file. Starting twice is harmless: the id names tenant, source and content, a running one is
 * kept, and a finished one may only be repeated after it failed.
 */
export function startFile(load: LoadIdentity): {
  workflowId: string;
  taskQueue: string;
  args: [{ load: LoadIdentity }];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY';
  workflowIdConflictPolicy: 'FAIL';
  memo: Record<string, unknown>;
  staticSummary: string;
} {
  return {
    workflowId: fileWorkflowId(load),
    taskQueue: taskQueues.control,
    args: [{ load }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'FAIL',
    memo: { load_id: load.load_id },
    staticSummary: `${load.file} for ${load.source}`,
  };
}
