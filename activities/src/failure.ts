import { QueryError } from '@assay/clickhouse';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/**
 * The one mapping from errors to what Temporal does about them: a passing fault of the engine or the network is retried, what a retry
 * cannot mend is not. The type is compared across the border, never the class.
 */
export function activityFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof QueryError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.retryable ? 'engine_unavailable' : 'engine_refused',
      nonRetryable: false,
      cause: error,
    });
  }
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';
    return ApplicationFailure.create({ message: error.message, type: code, nonRetryable: false, cause: error });
  }
  return ApplicationFailure.create({ message: 'an activity threw something that is no error', type: 'unexpected' });
}

/** Lets whatever an activity throws leave through `activityFailure`. */
export const failureInterceptor: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      throw activityFailure(error);
    }
  },
};
