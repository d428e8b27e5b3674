import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { House, LoadTimes } from './house.ts';
import { benchColumns, writeBenchFile } from './rows.ts';
import { benchRules, benchSource } from './rules.ts';
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
  readonly source: string;
  readonly anchor: Anchor;
  readonly step: (times: LoadTimes) => number;
}

const nullable = Object.entries(benchColumns).map(([name, type]) => `${name} Nullable(${type})`);

/** Each case and its anchor in turn, so that a machine that changes its speed changes both. */
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
  await prepare(house, path('start.jsonl'));

  const committed = (times: LoadTimes) => times.committed_s;
  const cases: Case[] = [
    { name: 'JSONL to commit', file: 'plain.jsonl', source: 'bench', anchor: 'jsonl', step: committed },
    {
      name: 'JSONL, 1 % of lines odd, to commit',
      file: 'odd-1.jsonl',
      source: 'bench',
      anchor: 'jsonl',
      step: committed,
    },
    {
      name: 'JSONL, every line odd, to commit',
      file: 'odd-100.jsonl',
      source: 'bench',
      anchor: 'jsonl',
      step: committed,
    },
    { name: 'gzip JSONL to commit', file: 'plain.jsonl.gz', source: 'bench', anchor: 'jsonl', step: committed },
    { name: 'CSV to commit', file: 'plain.csv', source: 'bench', anchor: 'csv', step: committed },
    { name: 'Parquet to commit', file: 'plain.parquet', source: 'bench', anchor: 'parquet', step: committed },
    {
      name: 'JSONL to verdict, 30 rules, profile, evidence',
      file: 'plain.jsonl',
      source: 'bench-rules',
      anchor: 'jsonl with 30 rules',
      step: (times) => times.verdict_s,
    },
  ];
  const table: string[][] = [];
  for (const measured of cases) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = 0; run <= runs; run++) {
      const anchor = await plainInsert(house, path, measured.anchor);
      const times = await house.load(measured.source, path(measured.file));
      // The first run warms both up.
      if (run === 0) continue;
      ours.push(measured.step(times));
      theirs.push(anchor);
    }
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

async function prepare(house: House, start: string): Promise<void> {
  const { stack } = house;
  await stack.describe('bench', benchSource('bench', benchColumns, []));
  await stack.describe('bench-rules', benchSource('bench-rules', benchColumns, benchRules));
  await house.load('bench', start);
  await house.load('bench-rules', start);
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
    const source = `first-${String(run)}-${String(process.pid)}`;
    await house.stack.describe(source, '');
    seconds.push((await house.load(source, file)).committed_s);
  }
  const { size } = await stat(file);
  const took = shown(summarize(seconds));
  return ['first file of a new source, JSONL to commit', `${(size / 1e6).toFixed(0)} MB`, took, '', ''];
}
