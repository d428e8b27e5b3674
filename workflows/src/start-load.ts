import type { TypedSearchAttributes } from '@temporalio/common';
import { taskQueues } from './activities.ts';
import type { LoadIdentity } from './load-steps.ts';
import { attributesOfLoad } from './search-attributes.ts';
import { fileWorkflowId, recheckWorkflowId } from './source-messages.ts';

export interface CheckFileInput {
  readonly load: LoadIdentity;
}

/** A stored load that is checked again, or read from its file again. */
export interface AgainInput {
  readonly load: LoadIdentity;
  /** Counts the re-checks and readings of this load from 1; orders what they write. */
  readonly generation: number;
}

/** Of workflows with the same id a running one is kept, and a finished one may only be repeated after it failed. */
interface LoadStart<Input> {
  workflowId: string;
  taskQueue: string;
  args: [Input];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY';
  workflowIdConflictPolicy: 'FAIL';
  memo: Record<string, unknown>;
  typedSearchAttributes: TypedSearchAttributes;
  staticSummary: string;
}

/** How a client starts the workflow of a file. Starting twice is harmless: the id names tenant, source and content. */
export function startFile(load: LoadIdentity): LoadStart<CheckFileInput> {
  return startOnce({ load }, fileWorkflowId(load), '');
}

/** How a client has a stored load checked again. Starting twice is harmless, beside a reading it is refused. */
export function startRecheck(input: AgainInput): LoadStart<AgainInput> {
  return startOnce(input, recheckWorkflowId(input.load, input.generation), ', again');
}

/** How a client has a stored load read from its file again. Starting twice is harmless, beside a re-check it is refused. */
export function startReload(input: AgainInput): LoadStart<AgainInput> {
  return startOnce(input, recheckWorkflowId(input.load, input.generation), ', loaded again');
}

function startOnce<Input extends CheckFileInput>(input: Input, workflowId: string, more: string): LoadStart<Input> {
  const { load_id, file, source } = input.load;
  return {
    workflowId,
    taskQueue: taskQueues.control,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'FAIL',
    memo: { load_id },
    typedSearchAttributes: attributesOfLoad(input.load),
    staticSummary: `${file} for ${source}${more}`,
  };
}
