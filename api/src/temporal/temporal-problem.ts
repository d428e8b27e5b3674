import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  ServiceError,
} from '@temporalio/client';
import { z } from 'zod';
import { RequestProblem, type ProblemCode } from '../problem.ts';

const noAnswer =
  'No worker answered in time. The change may still be made: look again in a moment, and see that a worker is running.';

/** How refusals of workflows are answered; one that is not named here is a conflict with the state of things. */
const refusals: Readonly<Record<string, ProblemCode>> = {
  unknown_rule: 'not_found',
  source_removed: 'not_found',
  comment_required: 'invalid_input',
  reason_not_for_people: 'invalid_input',
};

const applicationFailure = z.object({ type: z.string(), message: z.string() });

/** What a call of Temporal failed with, as a problem; what was not Temporal's stays as it is. */
export function toTemporalProblem(error: unknown): unknown {
  if (error instanceof RequestProblem) return error;
  if (error instanceof WorkflowUpdateFailedError) {
    const refused = refusalIn(error.cause);
    if (refused === undefined) return new RequestProblem('internal', error.message, { cause: error });
    const { type, message } = refused;
    return new RequestProblem(refusals[type] ?? 'conflict', sentence(message), { cause: error });
  }
  if (error instanceof WorkflowFailedError) {
    return new RequestProblem('conflict', sentence(rootMessage(error)), { cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new RequestProblem('conflict', 'This is settled: its workflow has ended.', { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error)) {
    return new RequestProblem('unavailable', noAnswer, { cause: error });
  }
  if (isUnreachable(error)) {
    return new RequestProblem('unavailable', 'Temporal does not answer at the moment; try again.', { cause: error });
  }
  return error;
}

/** Whether a call ended because its time was over: by its deadline, or by Temporal letting go of a long poll just before. */
export function isTimeUp(error: unknown): boolean {
  if (isGrpcDeadlineError(error)) return true;
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && timeUp.has(cause.code);
}

// gRPC's CANCELLED; and beside it DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED and UNAVAILABLE.
const timeUp = new Set([1]);
const unreachable = new Set([1, 4, 8, 14]);

function isUnreachable(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(cause)) return unreachable.has(cause.code);
  return cause instanceof Error && cause.message.includes('Failed to connect before the deadline');
}

/** The refusal a failed Update ends in: its workflow's own, or that of an activity, which comes wrapped. */
function refusalIn(cause: unknown): z.infer<typeof applicationFailure> | undefined {
  const refused = applicationFailure.safeParse(cause);
  if (refused.success) return refused.data;
  return cause instanceof Error ? refusalIn(cause.cause) : undefined;
}

/** A workflow failed because of an activity, and that because of something with a sentence. */
function rootMessage(error: Error): string {
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return upper.endsWith('.') ? upper : `${upper}.`;
}
