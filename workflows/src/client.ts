import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import { taskQueues } from './activities.ts';
import type { RunSourceInput, runSource } from './run-source.ts';
import type * as upkeep from './upkeep.ts';
import { upkeepWorkflowId, type RetentionReport, type SweepReport, type UpkeepInput } from './upkeep-messages.ts';
import {
  sourceMessages,
  sourceWorkflowId,
  type PublicationDecision,
  type RuleText,
  type SourceEdit,
  type SourceExpiry,
  type SourceRef,
  type SourceState,
} from './source-messages.ts';

/** What a source gets when this is the first that anybody hears of it. */
export interface NewSource {
  readonly source_id: string;
  readonly rules: readonly RuleText[];
  readonly actor: string;
}

/**
 * Edits a source through its workflow, which is started when it is not running; a source nobody has written yet comes into being, unless
 * `if_new` is null.
 * @param update_id makes a repeated call answer as the first did
 * @returns the state after the edit. Throws WorkflowUpdateFailedError whose cause has type `version_conflict`, `unknown_rule` or `source_removed`.
 */
export function editSource(
  client: Client,
  call: { ref: SourceRef; if_new: NewSource | null; edit: SourceEdit; update_id: string },
): Promise<SourceState> {
  return client.workflow.executeUpdateWithStart<typeof runSource, SourceState, [SourceEdit]>(sourceMessages.edit, {
    args: [call.edit],
    updateId: call.update_id,
    startWorkflowOperation: startSource(call.ref, call.if_new),
  });
}

/** Decides whether a load is published, held or withdrawn. */
export async function decidePublication(
  client: Client,
  call: { ref: SourceRef; if_new: NewSource | null; decision: PublicationDecision; update_id: string },
): Promise<void> {
  await client.workflow.executeUpdateWithStart<typeof runSource, null, [PublicationDecision]>(sourceMessages.decide, {
    args: [call.decision],
    updateId: call.update_id,
    startWorkflowOperation: startSource(call.ref, call.if_new),
  });
}

/** Writes what expires of loads of a source, so that nothing reads it any more. */
export async function expireLoads(
  client: Client,
  call: { ref: SourceRef; if_new: NewSource | null; expiry: SourceExpiry; update_id: string },
): Promise<void> {
  await client.workflow.executeUpdateWithStart<typeof runSource, null, [SourceExpiry]>(sourceMessages.expire, {
    args: [call.expiry],
    updateId: call.update_id,
    startWorkflowOperation: startSource(call.ref, call.if_new),
  });
}

/** Sweeps a tenant's data and waits for the report; two who ask for the same at once share one run. */
export function sweepStored(client: Client, input: UpkeepInput): Promise<SweepReport> {
  return client.workflow.execute<typeof upkeep.sweepStored>('sweepStored', startUpkeep('sweep', input));
}

/** The same for retention. */
export function applyRetention(client: Client, input: UpkeepInput): Promise<RetentionReport> {
  return client.workflow.execute<typeof upkeep.applyRetention>('applyRetention', startUpkeep('retention', input));
}

function startUpkeep(what: 'sweep' | 'retention', input: UpkeepInput) {
  const args: [UpkeepInput] = [input];
  const workflowId = upkeepWorkflowId(what, input);
  const shared = { workflowIdConflictPolicy: 'USE_EXISTING' as const, staticSummary: workflowId };
  return { workflowId, taskQueue: taskQueues.control, args, ...shared };
}

function startSource(ref: SourceRef, if_new: NewSource | null): WithStartWorkflowOperation<typeof runSource> {
  const input: RunSourceInput = { ref, if_new, decisions: 0 };
  return new WithStartWorkflowOperation<typeof runSource>('runSource', {
    workflowId: sourceWorkflowId(ref),
    taskQueue: taskQueues.control,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [input],
    staticSummary: `source ${ref.source}`,
  });
}
