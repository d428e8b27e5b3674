import { Context } from '@temporalio/activity';
import { z } from 'zod';

const every_ms = 2_000;

/** Shows Temporal that a long activity is alive, so that a dead one is noticed and a cancelled one stops. */
export interface Beat {
  /** Aborted when the activity is cancelled, its worker stops, or its heartbeats are no longer wanted. */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** How many attempts before this one the engine stopped for what a statement took. */
  readonly strains: number;
  /** Remembers for the next attempt that this one was stopped, too. */
  strained(): void;
}

/** What one attempt leaves to the next. */
const carried = z.object({ strains: z.number().int().min(0) });

/** Beats while the work runs. */
export async function withHeartbeat<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  const before = carried.safeParse(context.info.heartbeatDetails);
  const strains = before.success ? before.data.strains : 0;
  let left: z.infer<typeof carried> = { strains };
  // The details of the last heartbeat are what the next attempt gets, so every one carries them.
  const timer = setInterval(() => {
    context.heartbeat(left);
  }, every_ms);
  if (strains > 0) context.heartbeat(left);
  try {
    return await work({
      signal: context.cancellationSignal,
      attempt: context.info.attempt,
      strains,
      strained: () => {
        left = { strains: strains + 1 };
        context.heartbeat(left);
      },
    });
  } finally {
    clearInterval(timer);
  }
}
