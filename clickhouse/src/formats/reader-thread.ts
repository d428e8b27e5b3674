import { parentPort } from 'node:worker_threads';
import { ChunkWork } from './chunk-work.ts';
import type { Stretch } from './chunk-work.ts';
import type { ReadPlan, TextChunk } from './define.ts';

/** What the pool asks of a thread; one chunk at a time. */
export type ThreadRequest =
  | { readonly kind: 'open'; readonly file: number; readonly plan: ReadPlan; readonly encodedBytes_max: number }
  | {
      readonly kind: 'read';
      readonly file: number;
      readonly chunk: TextChunk & { readonly bytes: Uint8Array<ArrayBuffer> };
      /** For the rows of the next stretch. */
      readonly spare: ArrayBuffer | undefined;
    }
  /** Reads on in the chunk whose last stretch was not `done`. */
  | { readonly kind: 'continue'; readonly spare: ArrayBuffer | undefined }
  /** Gives that chunk up. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'close'; readonly file: number };

/** What a thread answers to `read` and `continue`; the chunk's buffer comes back with its last stretch. */
export type ThreadReply =
  | { readonly kind: 'stretch'; readonly stretch: Stretch; readonly buffer: ArrayBuffer | null }
  | { readonly kind: 'failed'; readonly message: string };

const port = parentPort;
if (port === null) throw new Error('reader-thread.ts is the entry of a worker thread; it cannot be started by itself.');

/** Files with their plans; the work begins with the first chunk, so that every failure answers a question. */
const plans = new Map<number, Extract<ThreadRequest, { kind: 'open' }>>();
const files = new Map<number, ChunkWork>();
let spare: ArrayBuffer | undefined;
let current: { readonly stretches: Generator<Stretch, void>; readonly buffer: ArrayBuffer } | undefined;

port.on('message', (request: ThreadRequest) => {
  switch (request.kind) {
    case 'open':
      plans.set(request.file, request);
      return;
    case 'close':
      plans.delete(request.file);
      files.delete(request.file);
      return;
    case 'stop':
      current = undefined;
      return;
    case 'read':
      answer(() => {
        current = {
          stretches: workFor(request.file).read(request.chunk, () => spare),
          buffer: request.chunk.bytes.buffer,
        };
        readOn(request.spare);
      });
      return;
    case 'continue':
      answer(() => {
        readOn(request.spare);
      });
  }
});

function workFor(file: number): ChunkWork {
  const started = files.get(file);
  if (started !== undefined) return started;
  const opened = plans.get(file);
  if (opened === undefined) throw new Error(`File ${String(file)} was not opened in this thread.`);
  const work = new ChunkWork(opened.plan, opened.encodedBytes_max);
  files.set(file, work);
  return work;
}

function readOn(given: ArrayBuffer | undefined): void {
  spare = given;
  const stretch = current?.stretches.next().value;
  if (current === undefined || stretch === undefined) throw new Error('The chunk has been read to its end.');
  const buffer = stretch.done ? current.buffer : null;
  const blocks = [stretch.row_block, stretch.reject_block].flatMap((block) =>
    block === null ? [] : [block.bytes.buffer],
  );
  if (stretch.done) current = undefined;
  send({ kind: 'stretch', stretch, buffer }, buffer === null ? blocks : [...blocks, buffer]);
}

function answer(work: () => void): void {
  try {
    work();
  } catch (error) {
    current = undefined;
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }, []);
  }
}

function send(reply: ThreadReply, transfer: ArrayBuffer[]): void {
  port?.postMessage(reply, transfer);
}
