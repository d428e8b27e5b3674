import { RequestProblem } from '../problem.ts';

/** Bounds how many uploads are received at once. */
export class UploadSlots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Throws `too_many_requests` when all are taken. */
  take(): Disposable {
    if (this.#taken >= this.#most) {
      throw new RequestProblem(
        'too_many_requests',
        `${this.#most} files are being received already; send this one again in a few seconds.`,
      );
    }
    this.#taken += 1;
    return { [Symbol.dispose]: () => (this.#taken -= 1) };
  }
}
