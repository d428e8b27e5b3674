import { setTimeout as delay } from 'node:timers/promises';
import { LockedError, takeLock } from './lock.ts';

/** Waits as long as a living process holds the lock; `onWait` is called once when it does. */
export async function waitForLock(path: string, onWait: () => void): Promise<Disposable> {
  for (let waiting = false; ; waiting = true) {
    try {
      const lock = takeLock(path);
      return { [Symbol.dispose]: () => lock.release() };
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (!waiting) onWait();
      await delay(500);
    }
  }
}
