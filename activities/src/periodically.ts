import { setTimeout as wait } from 'node:timers/promises';

/** Runs work again and again with a pause between, until aborted. A failure is told and the next turn tries again. */
export async function runPeriodically(
  work: () => Promise<unknown>,
  options: { every_ms: number; signal: AbortSignal; failed: (error: unknown) => void },
): Promise<void> {
  while (!options.signal.aborted) {
    try {
      await work();
    } catch (error) {
      options.failed(error);
    }
    await wait(options.every_ms, undefined, { signal: options.signal, ref: false }).catch(() => undefined);
  }
}
