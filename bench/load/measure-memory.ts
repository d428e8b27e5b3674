import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadById } from '@assay/clickhouse';
import { openApi } from './api-process.ts';
import { fileStream } from './file-stream.ts';
import { openHouse } from './house.ts';
import { memoryOf } from './process-figures.ts';
import { benchColumns, writeBenchFile } from './rows.ts';
import { benchSource } from './rules.ts';
import { printTable } from './table.ts';

const rowsOfGigabyte = 3_550_000;
const lookEvery_ms = 50;
/** A process has settled when its memory has moved by less than so much for so long. */
const settled = { mb: 1, ms: 3_000 };

/**
 * What worker, API and engine take beyond their idle memory, and the disk beyond the file, while a file of 1 GB goes through. All three have
 * just been started and have loaded nothing before.
 */
export async function measureMemory(folder: string): Promise<void> {
  await using house = await openHouse();
  const { stack } = house;
  await using api = await openApi(stack);
  await stack.describe('big', benchSource('big', benchColumns, []));
  const path = join(folder, 'big.jsonl');
  await writeBenchFile({ path, rows: rowsOfGigabyte, odd: 0, format: 'jsonl' });
  const { size } = await stat(path);

  const pids = { worker: house.worker_pid, api: api.pid, engine: stack.engine.pid };
  const idle = Object.fromEntries(
    await Promise.all(Object.entries(pids).map(async ([name, pid]) => [name, await idleMemory(pid)] as const)),
  );
  const highest = { ...idle };
  const free = await freeBytes(stack.data_dir);
  let least = free;
  const watch = new AbortController();
  const watching = (async () => {
    while (!watch.signal.aborted) {
      for (const [name, pid] of Object.entries(pids)) {
        highest[name] = Math.max(highest[name] ?? 0, await memoryOf(pid));
      }
      least = Math.min(least, await freeBytes(stack.data_dir));
      await wait(lookEvery_ms);
    }
  })();

  const uploading = performance.now();
  const load_id = await api.upload('big', fileStream(path));
  const uploaded = performance.now();
  for (;;) {
    const load = await loadById(stack.db, load_id);
    if (load?.finished_at !== null && load !== undefined) break;
    await wait(100);
  }
  const finished = performance.now();
  watch.abort();
  await watching;
  printTable(
    `A file of ${(size / 1e9).toFixed(2)} GB`,
    ['what', 'figure'],
    [
      ['upload', `${((uploaded - uploading) / 1_000).toFixed(1)} s`],
      ['from the end of the upload to the verdict', `${((finished - uploaded) / 1_000).toFixed(1)} s`],
      ...Object.keys(pids).map((name) => [
        `resident memory of the ${name}, idle and highest`,
        `${(idle[name] ?? 0).toFixed(0)} MB, +${((highest[name] ?? 0) - (idle[name] ?? 0)).toFixed(0)} MB`,
      ]),
      ['disk at its fullest, file in the inbox included', `${((free - least) / size).toFixed(2)} × the file`],
    ],
  );
}

/** Resident memory in MB once a process has come to rest after its start. */
async function idleMemory(pid: number): Promise<number> {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  let since = performance.now();
  while (performance.now() - since < settled.ms) {
    await wait(lookEvery_ms);
    const now = await memoryOf(pid);
    least = Math.min(least, now);
    most = Math.max(most, now);
    if (most - least < settled.mb) continue;
    [least, most] = [now, now];
    since = performance.now();
  }
  return least;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
