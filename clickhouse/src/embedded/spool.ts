import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { engineError } from './errors.ts';

/** A request body, whole, in a file that the engine can read. */
export interface SpooledBody extends AsyncDisposable {
  readonly path: string;
  readonly bytes: number;
}

const CHECK_EVERY_BYTES = 16 * 1024 ** 2;

/**
 * Keeps request bodies as files: the library can lose inline data without an error, and a body that breaks off must
 * never be taken for a short one. Nothing in it outlives the process.
 */
export class Spool {
  readonly #folder: string;
  readonly #floor: number;
  #next = 0;
  // What others were promised but have not written yet.
  #promised = 0;

  constructor(folder: string, floorBytes: number) {
    this.#folder = folder;
    this.#floor = floorBytes;
  }

  /** Makes the folder, empty. */
  async empty(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder))
      await rm(join(this.#folder, name), { force: true, recursive: true });
  }

  /**
   * Stores a body up to its end; `length` is what the sender announced, if it did.
   * Throws EngineError 243 (HTTP 507) when the disk would have less than the floor left.
   */
  async receive(body: Readable, length: number | undefined): Promise<SpooledBody> {
    const announced = length ?? 0;
    await this.#checkSpace(announced);
    this.#next += 1;
    const path = join(this.#folder, `body-${this.#next}`);
    this.#promised += announced;
    const counter = new Counter(() => this.#checkSpace(0));
    try {
      await pipeline(body, counter, createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: 1024 ** 2 }));
    } catch (cause) {
      await rm(path, { force: true });
      throw isDiskFull(cause) ? noSpace('The disk is full') : cause;
    } finally {
      this.#promised -= announced;
    }
    return { path, bytes: counter.bytes, [Symbol.asyncDispose]: () => unlink(path) };
  }

  async #checkSpace(more: number): Promise<void> {
    const disk = await statfs(this.#folder);
    const free = disk.bavail * disk.bsize;
    if (free < this.#floor + this.#promised + more) {
      throw noSpace(`${free} bytes of disk are free, ${this.#floor} must stay free`);
    }
  }
}

function noSpace(found: string): Error {
  return engineError(
    'NOT_ENOUGH_SPACE',
    `The request body was refused and nothing was written: ${found}. Free some space and send it again.`,
  );
}

function isDiskFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}

/** Counts bytes and looks at the disk now and then. */
class Counter extends Transform {
  bytes = 0;
  readonly #check: () => Promise<void>;
  #checkAt = CHECK_EVERY_BYTES;

  constructor(check: () => Promise<void>) {
    super({ highWaterMark: 1024 ** 2 });
    this.#check = check;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error | null, data?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes < this.#checkAt) {
      done(null, chunk);
      return;
    }
    this.#checkAt = this.bytes + CHECK_EVERY_BYTES;
    this.#check().then(
      () => done(null, chunk),
      (cause: unknown) => done(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }
}
