import { defaultReadLimits, openBytes, ReaderPool, readText, type ReadPlan, type TextLayout } from '@assay/clickhouse';
import { parseColumnType } from '@assay/rules';
import { benchColumns } from './rows.ts';

const unlimited = Number.MAX_SAFE_INTEGER;

/** Seconds in which one reader thread reads a bench file to its end, every value checked and encoded, nothing stored. */
export async function readAlone(path: string, format: 'jsonl' | 'csv'): Promise<number> {
  await using pool = new ReaderPool({ threads: 1 });
  const plan = planOf(format);
  // A thread compiles what it runs: a little of the file first, so that this is not measured.
  await readOnce(pool, plan, path, 32 * 1024 * 1024);
  const started = performance.now();
  await readOnce(pool, plan, path, unlimited);
  return (performance.now() - started) / 1_000;
}

async function readOnce(pool: ReaderPool, plan: ReadPlan, path: string, bytes_max: number): Promise<void> {
  const limits = {
    bytes_in_max: unlimited,
    bytes_out_max: unlimited,
    ratio_max: unlimited,
    ratio_from_bytes: unlimited,
  };
  const content = await openBytes({ from: path, limits });
  try {
    let bytes = 0;
    for await (const chunk of readText({ content: content.chunks, plan, pool, chunkIdFor: String })) {
      bytes += chunk.bytes;
      chunk.release();
      if (bytes >= bytes_max) return;
    }
  } finally {
    await content.close();
  }
}

function planOf(format: 'jsonl' | 'csv'): ReadPlan {
  const fields = Object.keys(benchColumns);
  const layout: TextLayout =
    format === 'jsonl' ? { format } : { format, delimiter: ',', line_end: 'lf', fields, header: true, null_tokens: [] };
  const columns = Object.entries(benchColumns).map(([name, written], place) => {
    const type = parseColumnType(written);
    if (type === undefined) throw new Error(`${written} is no type`);
    return { name, number: place + 1, type };
  });
  return {
    layout,
    columns,
    limits: defaultReadLimits,
    mode: 'declared',
    tenant: 'default',
    source_id: '1',
    load_id: '1',
    received_at: 0,
  };
}
