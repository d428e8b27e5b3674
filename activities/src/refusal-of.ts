import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Why a workflow refused an Update, as its code; undefined for any other failure. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  // What an activity of the workflow refused comes wrapped.
  for (let cause = error.cause; cause !== undefined; cause = cause.cause instanceof Error ? cause.cause : undefined) {
    if (cause instanceof ApplicationFailure && cause.type) return cause.type;
  }
  return undefined;
}
