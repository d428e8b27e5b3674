import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@assay/temporal';
import { z } from 'zod';
import type { TestStack } from '@assay/activities/testing';

/** The API as a process of its own. */
export interface ApiProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  /** Uploads a file and asks for its state until it is judged. */
  verdict(source: string, content: string): Promise<void>;
  /** Uploads a file and waits for its result, as the command line does. */
  result(source: string, content: string): Promise<void>;
  upload(source: string, body: string | ReadableStream<Uint8Array>): Promise<string>;
}

/** Asking more often would keep the engine from the work that is waited for. */
const lookEvery_ms = 25;

const main = fileURLToPath(new URL('../../api/src/server.ts', import.meta.url));
const uploaded = z.object({ load_id: z.string() });
const judged = z.object({ verdict: z.string() });

/** Starts the API as a process of its own over a test stack, and waits until it is ready. */
export async function openApi(stack: TestStack): Promise<ApiProcess> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [main], {
    stdio: 'ignore',
    env: {
      ...process.env,
      ASSAY_DATA_DIR: stack.data_dir,
      ASSAY_PORT: port,
      CLICKHOUSE_URL: stack.engine.url,
      CLICKHOUSE_DATABASE: stack.engine.database,
      TEMPORAL_ADDRESS: stack.temporal.address,
      ASSAY_UPLOADS_AT_ONCE: '500',
    },
  });
  const ended = once(child, 'exit');
  while (!(await isLive(url))) await wait(50);

  const api: ApiProcess = {
    pid: child.pid ?? 0,
    url,
    async upload(source, body) {
      const answer = await fetch(`${url}/api/v1/sources/${source}/files?file=bench.jsonl`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/octet-stream' },
        duplex: 'half',
      });
      if (!answer.ok) throw new Error(`upload: ${String(answer.status)} ${await answer.text()}`);
      return uploaded.parse(await answer.json()).load_id;
    },
    async verdict(source, content) {
      const load_id = await api.upload(source, content);
      for (;;) {
        const answer = await fetch(`${url}/api/v1/loads/${load_id}/status`);
        if (judged.parse(await answer.json()).verdict !== '') return;
        await wait(lookEvery_ms);
      }
    },
    async result(source, content) {
      const load_id = await api.upload(source, content);
      for (;;) {
        const answer = await fetch(`${url}/api/v1/loads/${load_id}/ingest_result?wait_s=60`);
        if (judged.parse(await answer.json()).verdict !== '') return;
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
  return api;
}

async function isLive(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    (answer) => answer.ok,
    () => false,
  );
}
