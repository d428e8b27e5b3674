import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openHouse } from './load/house.ts';
import { measureAround } from './load/measure-around.ts';
import { measureLoads } from './load/measure-loads.ts';
import { measureMemory } from './load/measure-memory.ts';
import { measureRules } from './load/measure-rules.ts';
import { measureSmallFiles } from './load/measure-small-files.ts';

const help = `bench:load [--rows 1000000] [--runs 3] [--only loads,around,rules,small,memory]

Loads generated files through engine, Temporal and worker, beside what the engine needs for the same work by itself, in one run.
Prints Markdown tables of ratios; medians, with the smallest and largest run.`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: 'loads,around,rules,small,memory' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  const parts = new Set(values.only.split(','));
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const [processor] = cpus();
    console.log(
      `${String(cpus().length)} × ${processor?.model.trim() ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
    );
    if (['loads', 'around', 'rules', 'small'].some((part) => parts.has(part))) {
      await using house = await openHouse();
      const options = { house, folder, rows: Number(values.rows), runs: Number(values.runs) };
      if (parts.has('loads')) await measureLoads(options);
      if (parts.has('around')) await measureAround(options);
      if (parts.has('rules')) await measureRules(options);
      if (parts.has('small')) await measureSmallFiles(options);
    }
    // Last, and with processes of its own.
    if (parts.has('memory')) await measureMemory(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
