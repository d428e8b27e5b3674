import { createReadStream } from 'node:fs';
import { loadById, newId, timestampOf, type Load, type Manifest } from '@assay/clickhouse';
import { startFile } from '@assay/workflows';
import { startTestStack, type TestStack } from '@assay/activities/testing';

/** Engine, Temporal and worker as processes of their own, as on one machine. */
export interface House extends AsyncDisposable {
  readonly stack: TestStack;
  readonly worker_pid: number;
  /** Puts a file into the inbox and runs its workflow; all times in seconds from the start of the workflow. */
  load(source: string, path: string): Promise<LoadTimes>;
}

export interface LoadTimes {
  readonly load: Load;
  readonly committed_s: number;
  readonly verdict_s: number;
  readonly finished_s: number;
}

/** Starts an engine, a Temporal server and a worker as they run in production. */
export async function openHouse(): Promise<House> {
  const stack = await startTestStack({ worker: false });
  const worker = await stack.startWorker({ NODE_ENV: 'production' });
  return {
    stack,
    worker_pid: worker.pid,
    async load(source, path) {
      const about = await accept(stack, source, path);
      const started = Date.now();
      const handle = await stack.client.workflow.start('checkFile', startFile(about));
      await handle.result();
      const load = await loadById(stack.db, about.load_id);
      if (load?.state !== 'loaded') throw new Error(`${path}: ${load?.state ?? 'lost'} ${load?.reason ?? ''}`);
      const since = (at: string | null) => (Date.parse(at ?? '') - started) / 1_000;
      return {
        load,
        committed_s: since(load.committed_at),
        verdict_s: since(load.checked_at),
        finished_s: since(load.finished_at),
      };
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

async function accept(stack: TestStack, source: string, path: string): Promise<Manifest> {
  const load_id = newId(Date.now());
  const received = await stack.inbox.receive(load_id, createReadStream(path), Number.MAX_SAFE_INTEGER);
  const about: Manifest = {
    tenant: 'default',
    load_id,
    source_id: await stack.sourceId(source),
    source,
    file: path,
    // The same content is loaded again and again, which a source would rightly refuse to do.
    sha256: load_id.padStart(64, '0'),
    bytes: received.bytes,
    received_at: timestampOf(Date.now()),
    actor: 'bench',
    backfill: false,
    replaces: '0',
  };
  await stack.inbox.accept(received, about);
  return about;
}
