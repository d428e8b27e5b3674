import { mkdir, open, readdir, rm, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { engineError } from './errors.ts';

/** A request body, whole, in a file that the engine can read. */
export interface SpooledBody extends AsyncDisposable {
  readonly path: string;
  readonly bytes: number;
}

const CHECK_EVERY_BYTES = 16 * 1024 ** 2;
const WRITE_BYTES = 1024 ** 2;

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
    try {
      return { path, bytes: await this.#write(body, path), [Symbol.asyncDispose]: () => unlink(path) };
    } catch (cause) {
      await rm(path, { force: true });
      throw isDiskFull(cause) ? noSpace('the disk is full') : cause;
    } finally {
      this.#promised -= announced;
    }
  }

  async #write(body: Readable, path: string): Promise<number> {
    await using file = await open(path, 'wx', 0o600);
    let held: Buffer[] = [];
    let heldBytes = 0;
    let bytes = 0;
    let checkAt = CHECK_EVERY_BYTES;
    // A refused sender must still be told, so its connection stays when this stops reading.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new Error('a request body is bytes');
      held.push(chunk);
      heldBytes += chunk.length;
      // Few large writes: each is a trip to another thread.
      if (heldBytes < WRITE_BYTES) continue;
      bytes += await writeAll(file, held, heldBytes);
      held = [];
      heldBytes = 0;
      if (bytes < checkAt) continue;
      checkAt = bytes + CHECK_EVERY_BYTES;
      await this.#checkSpace(0);
    }
    return bytes + (await writeAll(file, held, heldBytes));
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

async function writeAll(file: FileHandle, chunks: Buffer[], bytes: number): Promise<number> {
  if (bytes === 0) return 0;
  const { bytesWritten } = await file.writev(chunks);
  // A disk that has just become full takes a part.
  if (bytesWritten < bytes) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
  return bytes;
}
