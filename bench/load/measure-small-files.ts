import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchOptions } from './measure-loads.ts';
import { benchColumns, writeBenchFile } from './rows.ts';
import { benchRules, benchSource } from './rules.ts';
import { processorOf } from './process-figures.ts';
import { printTable, summarize } from './table.ts';
import { openApi } from './api-process.ts';

const oneByOne = 30;
const atOnce = 200;

/** Files of 1,000 rows with 30 rules: from the first byte of the upload to the verdict, and how many a second when many come at once. */
export async function measureSmallFiles({ house, folder }: BenchOptions): Promise<void> {
  const { stack } = house;
  await using api = await openApi(stack);
  await stack.describe('small', benchSource('small', benchColumns, benchRules));
  const path = join(folder, 'small.jsonl');
  await writeBenchFile({ path, rows: 1_000, odd: 0, format: 'jsonl' });
  const text = await readFile(path, 'utf8');
  // A blank line more makes other content of the same rows.
  const content = (n: number) => `${text}${'\n'.repeat(n)}`;

  for (let n = 0; n < 5; n++) await api.verdict('small', content(n));
  const seconds: number[] = [];
  for (let n = 5; n < 5 + oneByOne; n++) {
    const started = performance.now();
    await api.verdict('small', content(n));
    seconds.push((performance.now() - started) / 1_000);
  }
  const one = summarize(seconds);

  const pids = { engine: stack.engine.pid, worker: house.worker_pid, temporal: stack.temporal.pid, api: api.pid };
  const before = await processorTimes(pids);
  const started = performance.now();
  const sent = Array.from({ length: atOnce }, (_, n) => api.result('small', content(100 + n)));
  await Promise.all(sent);
  const all = (performance.now() - started) / 1_000;
  const after = await processorTimes(pids);
  const perFile = Object.entries(after).map(
    ([name, ms]) => `${name} ${((ms - (before[name] ?? 0)) / atOnce).toFixed(0)}`,
  );
  const ms = (value: number) => `${(value * 1_000).toFixed(0)} ms`;
  printTable(
    'Files of 1,000 rows with 30 rules, from upload to verdict',
    ['what', 'figure'],
    [
      [`one at a time, ${String(oneByOne)} files`, `median ${ms(one.median)} (${ms(one.min)} to ${ms(one.max)})`],
      [`${String(atOnce)} at once`, `${(atOnce / all).toFixed(1)} files per second, ${all.toFixed(1)} s in all`],
      ['processor time of each of these', `${perFile.join(', ')} ms`],
    ],
  );
}

async function processorTimes(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  return Object.fromEntries(
    await Promise.all(Object.entries(pids).map(async ([name, pid]) => [name, await processorOf(pid)] as const)),
  );
}
