import { ChunkWork } from './chunk-work.ts';
import type { ReadLimits, ReadPlan, TextLayout } from './define.ts';
import { guessType, type NewColumn } from './infer-type.ts';
import { ReadTotals } from './read-totals.ts';
import { laidOut } from './text-formats.ts';
import { emptyTally } from './value-tally.ts';

const encodedBytes_max = 64 * 1024 * 1024;

/** Bytes from somewhere in a file. */
export interface Sample {
  readonly bytes: Uint8Array;
  readonly base_offset: number;
  /** Whether the file ends with these bytes. */
  readonly last: boolean;
}

/**
 * Columns for a file whose source has no schema, from samples: every field in the order of appearance, each with the strictest type that
 * most of its values have. Only a reading of the whole file tells whether they hold.
 */
export function guessColumns(samples: readonly Sample[], layout: TextLayout, limits: ReadLimits): NewColumn[] {
  const plan: ReadPlan = {
    layout,
    columns: [],
    limits,
    mode: 'inferred',
    tenant: '',
    source_id: '0',
    load_id: '0',
    received_at: 0,
  };
  const totals = new ReadTotals(plan);
  for (const sample of samples) readSample(sample, plan, totals);
  const names = layout.format === 'jsonl' ? [...totals.extras.keys()] : layout.fields;
  return names.slice(0, limits.columns_max).map((name) => {
    const tally = totals.extras.get(name)?.tally ?? emptyTally();
    return { name, inferred: true, ...guessType(tally, layout.format) };
  });
}

function readSample(sample: Sample, plan: ReadPlan, totals: ReadTotals): void {
  const cutter = laidOut(plan.layout).cutter(plan.limits);
  const first = sample.base_offset === 0;
  const start = first ? 0 : Math.max(0, cutter.resume(sample.bytes, sample.bytes.length));
  const rest = sample.bytes.subarray(start);
  const end = sample.last ? rest.length : cutter.lastRecordEnd(rest, rest.length);
  if (end === 0) return;
  const bytes = rest.subarray(0, end);
  const chunk = { bytes, base_offset: sample.base_offset + start, first, last: sample.last, skipped_bytes: 0 };
  for (const stretch of new ChunkWork(plan, encodedBytes_max).read(chunk)) {
    totals.add({ ...stretch, records: stretch.rows + stretch.rejects });
  }
}
