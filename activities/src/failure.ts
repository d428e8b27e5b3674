import { QueryError } from '@assay/clickhouse';
import { Context } from '@temporalio/activity';
import { ServiceError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { z } from 'zod';

/**
 * Activities whose workflow writes down that they gave up, so that a person sees it and can try again. Others are repeated until they
 * succeed: an incident that stopped writing itself down would be forgotten, and a source must know how its last write ended.
 */
const givingUp = new Set(['loadFile', 'checkLoad', 'finishLoad', 'reloadFile', 'finishReload']);

/** An attempt that failed. */
export interface Attempt {
  readonly activity: string;
  /** From 1. */
  readonly attempt: number;
  /** How often a failure that nobody knows to pass is repeated. */
  readonly attempts_max: number;
}

/**
 * The one mapping from errors to what Temporal does about them. What passes by itself (an engine, a network, a disk that is away) is
 * repeated for as long as it takes; what nobody knows to pass is repeated some times and then final, where somebody hears of it. The
 * type is compared across the border, never the class.
 */
export function activityFailure(error: unknown, attempt: Attempt): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { type, message, passes } = meaningOf(error);
  const nonRetryable = !passes && givingUp.has(attempt.activity) && attempt.attempt >= attempt.attempts_max;
  const cause = error instanceof Error ? error : undefined;
  return ApplicationFailure.create({ message, type, nonRetryable, ...(cause === undefined ? {} : { cause }) });
}

function meaningOf(error: unknown): { type: string; message: string; passes: boolean } {
  if (error instanceof QueryError) {
    return {
      type: error.retryable ? 'engine_unavailable' : 'engine_refused',
      message: error.message,
      passes: error.retryable,
    };
  }
  if (error instanceof ServiceError) return { type: 'temporal_unavailable', message: error.message, passes: true };
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
    return {
      type: 'unreadable',
      message: `what is stored cannot be read${where}: ${issue?.message ?? ''}`,
      passes: false,
    };
  }
  if (!(error instanceof Error)) {
    return { type: 'unexpected', message: 'an activity threw something that is no error', passes: false };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';
  return { type: code, message: error.message, passes: isSystemTrouble(code) };
}

/** Codes of the operating system, such as a full disk: `ENOSPC`. A file that is not there does not come back. */
function isSystemTrouble(code: string): boolean {
  return /^E[A-Z0-9]+$/.test(code) && code !== 'ENOENT';
}

/** Lets whatever an activity throws leave through `activityFailure`. */
export function failureInterceptor(options: { attempts_max: number }): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        const { activityType: activity, attempt } = Context.current().info;
        throw activityFailure(error, { activity, attempt, ...options });
      }
    },
  };
}
