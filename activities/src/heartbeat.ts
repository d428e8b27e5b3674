import { Context } from '@temporalio/activity';

const every_ms = 2_000;

/** Shows Temporal that a long activity is alive, so that a dead one is noticed and a cancelled one stops. */
export interface Beat {
  /** Aborted when the activity is cancelled, its worker stops, or its heartbeats are no longer wanted. */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/** Beats while the work runs. */
export async function withHeartbeat<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => {
    context.heartbeat();
  }, every_ms);
  try {
    return await work({ signal: context.cancellationSignal, attempt: context.info.attempt });
  } finally {
    clearInterval(timer);
  }
}
