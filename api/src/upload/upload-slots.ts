import { RequestProblem } from '../problem.ts';

/** Bounds how many uploads are received at once. More of them wait in line for a while. */
export class UploadSlots {
  readonly #most: number;
  readonly #patience_ms: number;
  readonly #line: (() => void)[] = [];
  #taken = 0;

  constructor(most: number, patience_ms: number) {
    this.#most = most;
    this.#patience_ms = patience_ms;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Throws `too_many_requests` when no slot came free in time. */
  async take(): Promise<Disposable> {
    if (this.#taken < this.#most) this.#taken += 1;
    else await this.#waitForSlot();
    let given = false;
    return {
      [Symbol.dispose]: () => {
        if (given) return;
        given = true;
        this.#give();
      },
    };
  }

  /** A slot goes from hand to hand, so that nobody overtakes the line. */
  #give(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
  }

  #waitForSlot(): Promise<void> {
    return new Promise((resolve, reject) => {
      const called = () => {
        clearTimeout(giveUp);
        resolve();
      };
      const giveUp = setTimeout(() => {
        this.#line.splice(this.#line.indexOf(called), 1);
        reject(
          new RequestProblem(
            'too_many_requests',
            `${this.#most} files are being received already; send this one again in a few seconds.`,
          ),
        );
      }, this.#patience_ms);
      this.#line.push(called);
    });
  }
}
