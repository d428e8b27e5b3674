import { toFailure, type Failure } from './failure.ts';
import { toasts } from './toasts.svelte.ts';

/** Something a person does: busy while it runs, with the API's own sentence when it is refused. */
export class Action {
  busy = $state(false);
  failure = $state.raw<Failure>();

  /** @returns whether it was done */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      this.failure = toFailure(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** The same for a button without a form beside it: a refusal is told in a toast. */
  async runAloud(work: () => Promise<void>): Promise<boolean> {
    const done = await this.run(work);
    if (this.failure) toasts.failed(this.failure.message);
    return done;
  }
}
