import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@assay/temporal';
import { loadById } from '@assay/clickhouse';
import { openApi } from './api-process.ts';
import { fileStream } from './file-stream.ts';
import type { BenchOptions } from './measure-loads.ts';
import { readAlone } from './read-alone.ts';
import { benchColumns, writeBenchFile } from './rows.ts';
import { benchSource } from './rules.ts';
import { printTable, shown, summarize } from './table.ts';

const ingest = fileURLToPath(new URL('../../scripts/ingest', import.meta.url));

/** What the times of a load leave out: what one reader thread does by itself, the upload, and the start of the command line. */
export async function measureAround({ house, folder, rows, runs }: BenchOptions): Promise<void> {
  const files = { jsonl: join(folder, 'around.jsonl'), csv: join(folder, 'around.csv') } as const;
  const table: string[][] = [];
  for (const format of ['jsonl', 'csv'] as const) {
    await writeBenchFile({ path: files[format], rows, odd: 0, format });
    const megabytes = (await stat(files[format])).size / 1e6;
    const seconds = await repeated(runs, () => readAlone(files[format], format));
    table.push([
      `reading ${format.toUpperCase()} into blocks for the engine, one reader thread`,
      `${megabytes.toFixed(0)} MB`,
      shown(seconds),
      `${(megabytes / seconds.median).toFixed(0)} MB/s`,
    ]);
  }
  const { size } = await stat(files.jsonl);
  const uploads = await measureUploads({ house, folder, rows, runs }, files.jsonl);
  table.push([
    'upload, from the first byte to the answer',
    `${(size / 1e6).toFixed(0)} MB`,
    shown(uploads),
    `${(size / 1e6 / uploads.median).toFixed(0)} MB/s`,
  ]);
  table.push(['command line, from its start to its first request', '', shown(await measureCommandLine(runs)), '']);
  printTable('Beside the load', ['what', 'file', 'seconds', 'speed'], table);
}

/** The first run warms up and does not count. */
async function repeated(runs: number, work: () => Promise<number>) {
  const seconds: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const took = await work();
    if (run > 0) seconds.push(took);
  }
  return summarize(seconds);
}

/** The first upload is loaded, the others are known by their content; all send, hash and keep every byte. */
async function measureUploads({ house: { stack }, runs }: BenchOptions, path: string) {
  await using api = await openApi(stack);
  await stack.describe('uploads', benchSource('uploads', benchColumns, []));
  return await repeated(runs, async () => {
    const started = performance.now();
    const load_id = await api.upload('uploads', fileStream(path));
    const took = (performance.now() - started) / 1_000;
    for (;;) {
      const load = await loadById(stack.db, load_id);
      if (load !== undefined && load.finished_at !== null) return took;
      await wait(50);
    }
  });
}

/** `scripts/ingest` with an API that hangs up at once. */
async function measureCommandLine(runs: number) {
  const port = await freePort();
  const server = createServer((_, response) => response.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await repeated(runs, async () => {
      const started = performance.now();
      const child = spawn(ingest, [fileURLToPath(import.meta.url), '--source', 'start'], {
        stdio: 'ignore',
        env: { ...process.env, ASSAY_URL: `http://127.0.0.1:${String(port)}` },
      });
      const ended = once(child, 'exit');
      await Promise.race([
        once(server, 'request'),
        ended.then(() => {
          throw new Error('the command line ended without a request');
        }),
      ]);
      const took = (performance.now() - started) / 1_000;
      child.kill('SIGKILL');
      await ended;
      return took;
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
