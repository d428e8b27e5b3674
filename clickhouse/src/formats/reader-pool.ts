import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Stretch } from './chunk-work.ts';
import type { OwnedChunk } from './cut-chunks.ts';
import type { ReadPlan } from './define.ts';
import type { ThreadReply, ThreadRequest } from './reader-thread.ts';
import { SpareBuffers } from './spare-buffers.ts';

/** Heap of one thread; what it reads and encodes lies outside the heap, bounded by chunk and stretch sizes. */
const threadHeap_mb = 512;
/** Content, and blocks made of it, that are kept for the next chunks: about what one load has in flight. */
const spareContent_bytes = 32 * 1024 * 1024;
const spareBlocks_bytes = 224 * 1024 * 1024;
/** What no file needed for so long is freed. */
const spareKeep_ms = 10_000;

/** Thrown when a thread could not read a chunk: the plan is impossible (not retryable) or the thread died (retryable). */
export class ReaderThreadError extends Error {
  readonly code: 'plan_impossible' | 'reader_crashed';
  readonly retryable: boolean;

  constructor(code: 'plan_impossible' | 'reader_crashed', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReaderThreadError';
    this.code = code;
    this.retryable = code === 'reader_crashed';
  }
}

/** One chunk in a thread. The thread stays with it until `next` gave a stretch that is `done`, or `stop`. */
export interface ChunkRun {
  next(): Promise<Stretch>;
  stop(): void;
}

/** A file whose chunks may be read in any thread of the pool. */
export interface PooledFile {
  /** Waits for a free thread and starts reading; takes the chunk's buffer away from the caller. */
  read(chunk: OwnedChunk): Promise<ChunkRun>;
  close(): void;
}

/**
 * Threads that read chunks, shared by all loads of a process, first come, first served. A thread that dies fails its chunk and is replaced
 * when next needed.
 */
export class ReaderPool implements AsyncDisposable {
  readonly threads: number;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();
  readonly #waiting: ((thread: Thread) => void)[] = [];
  readonly #spareContent = new SpareBuffers(spareContent_bytes);
  readonly #spareBlocks = new SpareBuffers(spareBlocks_bytes);
  #trimming: NodeJS.Timeout | undefined;
  #files = 0;

  constructor(options: { readonly threads?: number } = {}) {
    this.threads = options.threads ?? Math.min(4, Math.max(1, availableParallelism()));
  }

  /** A buffer of at least `bytes`, used before if one is at hand. */
  readonly allocate = (bytes: number): ArrayBuffer => this.#spareContent.take(bytes) ?? new ArrayBuffer(bytes);

  /** Takes the buffer of a block that nobody needs any more. */
  readonly release = (buffer: ArrayBuffer): void => {
    this.#keep(this.#spareBlocks, buffer);
  };

  open(plan: ReadPlan, encodedBytes_max: number): PooledFile {
    const file = ++this.#files;
    // Blocks of one file are about the same size.
    const sizes = { block: 0 };
    return {
      read: async (chunk) => {
        const thread = await this.#acquire();
        thread.open(file, plan, encodedBytes_max);
        return this.#run(thread, { file, chunk, sizes });
      },
      close: () => {
        for (const thread of this.#all) thread.close(file);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
    this.#all.clear();
    this.#idle.length = 0;
    clearInterval(this.#trimming);
  }

  #keep(spare: SpareBuffers, buffer: ArrayBuffer): void {
    spare.give(buffer);
    this.#trimming ??= setInterval(() => {
      const kept = [this.#spareContent.trim(), this.#spareBlocks.trim()];
      if (kept.includes(true)) return;
      clearInterval(this.#trimming);
      this.#trimming = undefined;
    }, spareKeep_ms).unref();
  }

  #run(thread: Thread, { file, chunk, sizes }: RunChunk): ChunkRun {
    let held = true;
    const letGo = (): void => {
      if (held) this.#release(thread);
      held = false;
    };
    // The thread is free as soon as it has nothing more to say, whenever the caller takes the answer.
    const ask = async (
      request: (spare: ArrayBuffer | undefined) => Question,
      transfer: ArrayBuffer[],
    ): Promise<Stretch> => {
      try {
        const spare = this.#spareBlocks.take(sizes.block);
        const stretch = await this.#ask(thread, request(spare), spare === undefined ? transfer : [...transfer, spare]);
        sizes.block = Math.max(sizes.block, stretch.row_block?.bytes.length ?? 0);
        if (stretch.done) letGo();
        return stretch;
      } catch (error) {
        letGo();
        throw error;
      }
    };
    let answer: Promise<Stretch> | undefined = ask(
      (spare) => ({ kind: 'read', file, chunk, spare }),
      [chunk.bytes.buffer],
    );
    // A failure is met by `next`; until then nobody listens.
    answer.catch(() => undefined);
    return {
      next: async () => {
        const current = answer ?? ask((spare) => ({ kind: 'continue', spare }), []);
        answer = undefined;
        return current;
      },
      stop: () => {
        const current = answer ?? Promise.resolve();
        answer = undefined;
        void current
          .catch(() => undefined)
          .then(() => {
            if (held) thread.post({ kind: 'stop' }, []);
            letGo();
          });
      },
    };
  }

  async #ask(thread: Thread, request: ThreadRequest, transfer: ArrayBuffer[]): Promise<Stretch> {
    const reply = await thread.ask(request, transfer);
    if (reply.kind === 'failed') throw new ReaderThreadError('plan_impossible', reply.message);
    if (reply.buffer !== null) this.#keep(this.#spareContent, reply.buffer);
    return reply.stretch;
  }

  async #acquire(): Promise<Thread> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.threads) {
      const thread = new Thread();
      this.#all.add(thread);
      return thread;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(thread: Thread): void {
    let free = thread;
    if (thread.dead) {
      this.#all.delete(thread);
      if (this.#waiting.length === 0) return;
      free = new Thread();
      this.#all.add(free);
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(free);
    else next(free);
  }
}

interface RunChunk {
  readonly file: number;
  readonly chunk: OwnedChunk;
  /** The largest block that was made of the file so far. */
  readonly sizes: { block: number };
}

type Question = Extract<ThreadRequest, { kind: 'read' | 'continue' }>;

/** A worker thread with at most one question open. */
class Thread {
  dead = false;
  readonly #worker: Worker;
  readonly #files = new Set<number>();
  #pending: { readonly resolve: (reply: ThreadReply) => void; readonly reject: (error: Error) => void } | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./reader-thread.ts', import.meta.url), {
      name: 'assay-reader',
      resourceLimits: { maxOldGenerationSizeMb: threadHeap_mb },
    });
    // An idle thread must not keep the process alive.
    this.#worker.unref();
    this.#worker.on('message', (reply: ThreadReply) => {
      this.#worker.unref();
      this.#pending?.resolve(reply);
      this.#pending = undefined;
    });
    this.#worker.on('error', (cause) => this.#die(cause));
    this.#worker.on('exit', () => this.#die(undefined));
  }

  open(file: number, plan: ReadPlan, encodedBytes_max: number): void {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    this.post({ kind: 'open', file, plan, encodedBytes_max }, []);
  }

  close(file: number): void {
    if (this.#files.delete(file)) this.post({ kind: 'close', file }, []);
  }

  post(request: ThreadRequest, transfer: ArrayBuffer[]): void {
    if (!this.dead) this.#worker.postMessage(request, transfer);
  }

  async ask(request: ThreadRequest, transfer: ArrayBuffer[]): Promise<ThreadReply> {
    if (this.dead) throw new ReaderThreadError('reader_crashed', 'The reading thread is gone.');
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#worker.ref();
      this.#worker.postMessage(request, transfer);
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #die(cause: unknown): void {
    if (this.dead) return;
    this.dead = true;
    const because = cause instanceof Error ? `: ${cause.message}` : '.';
    this.#pending?.reject(
      new ReaderThreadError('reader_crashed', `The reading thread stopped in the middle of a chunk${because}`, {
        cause,
      }),
    );
    this.#pending = undefined;
  }
}
