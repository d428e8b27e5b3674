import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { House, LoadTimes } from './house.ts';
import { benchColumns, writeBenchFile } from './rows.ts';
import { benchRules, benchSource, type BenchRule } from './rules.ts';
import { printTable, shown, summarize } from './table.ts';

export interface BenchOptions {
  readonly house: House;
  readonly folder: string;
  readonly rows: number;
  readonly runs: number;
}

type Anchor = 'jsonl' | 'csv' | 'parquet' | 'jsonl with 30 rules';

interface Case {
  readonly name: string;
  readonly file: string;
  /** Its own, so that what the engine merges meanwhile are the rows of this case and never those of the cases before it. */
  readonly source: string;
  readonly rules?: readonly BenchRule[];
  readonly anchor: Anchor;
  readonly step: (times: LoadTimes) => number;
}

/** The engine is at rest when it merges nothing in so many looks on end. */
const restLooks = 3;
const restLook_ms = 100;

const nullable = Object.entries(benchColumns).map(([name, type]) => `${name} Nullable(${type})`);

/** All cases and their anchors take turns, each in an engine at rest, so that a machine that changes its speed changes all of them. */
export async function measureLoads({ house, folder, rows, runs }: BenchOptions): Promise<void> {
  const path = (name: string) => join(folder, name);
  await writeBenchFile({ path: path('plain.jsonl'), rows, odd: 0, format: 'jsonl' });
  await writeBenchFile({ path: path('odd-1.jsonl'), rows, odd: 0.01, format: 'jsonl' });
  await writeBenchFile({ path: path('odd-100.jsonl'), rows, odd: 1, format: 'jsonl' });
  await writeBenchFile({ path: path('plain.csv'), rows, odd: 0, format: 'csv' });
  await writeBenchFile({ path: path('start.jsonl'), rows: 1_000, odd: 0, format: 'jsonl' });
  await pipeline(
    createReadStream(path('plain.jsonl')),
    createGzip({ level: 6 }),
    createWriteStream(path('plain.jsonl.gz')),
  );
  await plainInsert(house, path, 'jsonl');
  await writeParquet(house, path('plain.parquet'));

  const committed = (times: LoadTimes) => times.committed_s;
  const cases: Case[] = [
    { name: 'JSONL to commit', file: 'plain.jsonl', source: 'plain', anchor: 'jsonl', step: committed },
    {
      name: 'JSONL, 1 % of lines odd, to commit',
      file: 'odd-1.jsonl',
      source: 'odd-1',
      anchor: 'jsonl',
      step: committed,
    },
    {
      name: 'JSONL, every line odd, to commit',
      file: 'odd-100.jsonl',
      source: 'odd-100',
      anchor: 'jsonl',
      step: committed,
    },
    { name: 'gzip JSONL to commit', file: 'plain.jsonl.gz', source: 'gzip', anchor: 'jsonl', step: committed },
    { name: 'CSV to commit', file: 'plain.csv', source: 'csv', anchor: 'csv', step: committed },
    { name: 'Parquet to commit', file: 'plain.parquet', source: 'parquet', anchor: 'parquet', step: committed },
    {
      name: 'JSONL to verdict, 30 rules, profile, evidence',
      file: 'plain.jsonl',
      source: 'rules',
      rules: benchRules,
      anchor: 'jsonl with 30 rules',
      step: (times) => times.verdict_s,
    },
  ];
  await prepare(house, path('start.jsonl'), cases);
  const takings = cases.map((measured) => ({ measured, ours: Array<number>(), theirs: Array<number>() }));
  for (let run = 0; run <= runs; run++) {
    for (const { measured, ours, theirs } of takings) {
      await engineAtRest(house);
      const anchor = await plainInsert(house, path, measured.anchor);
      await engineAtRest(house);
      const times = await house.load(measured.source, path(measured.file));
      // The first run warms both up.
      if (run === 0) continue;
      ours.push(measured.step(times));
      theirs.push(anchor);
    }
  }
  const table: string[][] = [];
  for (const { measured, ours, theirs } of takings) {
    const ratio = summarize(ours.map((seconds, run) => seconds / (theirs[run] ?? Number.NaN)));
    const { size } = await stat(path(measured.file));
    table.push([
      measured.name,
      `${(size / 1e6).toFixed(0)} MB`,
      shown(summarize(ours)),
      shown(summarize(theirs)),
      `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`,
    ]);
  }
  table.push(await firstFile(house, path('plain.jsonl'), runs));
  printTable(
    `Loading ${rows.toLocaleString('en')} rows of 12 columns`,
    ['what', 'file', 'Assay', 'the engine alone', 'ratio'],
    table,
  );
}

async function prepare(house: House, start: string, cases: readonly Case[]): Promise<void> {
  for (const { source, rules } of cases) {
    await house.stack.describe(source, benchSource(source, benchColumns, rules ?? []));
    await house.load(source, start);
  }
}

/** Waits until no rows of earlier loads are being merged: a load pays for merges of its own, which run meanwhile. */
async function engineAtRest({ stack }: House): Promise<void> {
  for (let quiet = 0; quiet < restLooks;) {
    await wait(restLook_ms);
    const answer = await stack.engine.client.query({ query: 'SELECT 1 FROM system.merges', format: 'JSONEachRow' });
    quiet = (await answer.json()).length === 0 ? quiet + 1 : 0;
  }
}

/** The rows of the plain table as the engine writes them. */
async function writeParquet(house: House, file: string): Promise<void> {
  const answer = await house.stack.engine.client.exec({ query: 'SELECT * FROM plain FORMAT Parquet' });
  await pipeline(answer.stream, createWriteStream(file));
}

const formatOf = { jsonl: 'JSONEachRow', csv: 'CSVWithNames', parquet: 'Parquet' } as const;

/** What an expert does who trusts the file: the engine's own typed insert over HTTP, then the rules as one SELECT. */
async function plainInsert(house: House, path: (name: string) => string, anchor: Anchor): Promise<number> {
  const { client } = house.stack.engine;
  await client.command({ query: 'DROP TABLE IF EXISTS plain' });
  await client.command({ query: `CREATE TABLE plain (${nullable.join(', ')}) ENGINE = MergeTree ORDER BY tuple()` });
  const format = anchor === 'jsonl with 30 rules' ? 'jsonl' : anchor;
  const started = performance.now();
  const answer = await client.exec({
    query: `INSERT INTO plain FORMAT ${formatOf[format]}`,
    values: createReadStream(path(`plain.${format}`), { highWaterMark: 1024 * 1024 }),
    clickhouse_settings: { date_time_input_format: 'best_effort', async_insert: 0 },
  });
  answer.stream.resume();
  if (anchor === 'jsonl with 30 rules') {
    const sql = `SELECT ${benchRules.map((rule, n) => `${rule.by_hand} AS r${String(n)}`).join(', ')} FROM plain`;
    await (await client.query({ query: sql, format: 'JSONEachRow' })).json();
  }
  return (performance.now() - started) / 1_000;
}

/** A source nobody described: types are guessed, read, and proven. */
async function firstFile(house: House, file: string, runs: number): Promise<string[]> {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    await engineAtRest(house);
    const source = `first-${String(run)}-${String(process.pid)}`;
    await house.stack.describe(source, '');
    seconds.push((await house.load(source, file)).committed_s);
  }
  const { size } = await stat(file);
  const took = shown(summarize(seconds));
  return ['first file of a new source, JSONL to commit', `${(size / 1e6).toFixed(0)} MB`, took, '', ''];
}
