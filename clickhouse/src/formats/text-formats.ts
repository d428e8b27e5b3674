import { csv } from './csv.ts';
import type { ChunkReader, Cutter, ReadLimits, ReadPlan, TextFormat, TextLayout } from './define.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';

/** A text format with the layout of one file filled in. */
export interface LaidOutFormat {
  cutter(limits: ReadLimits): Cutter;
  reader(plan: ReadPlan): ChunkReader;
}

/** The one place that knows all text formats. */
export function laidOut(layout: TextLayout): LaidOutFormat {
  switch (layout.format) {
    case 'jsonl':
      return withLayout(jsonl, layout);
    case 'csv':
      return withLayout(csv, layout);
    case 'parquet':
      return withLayout(parquet, layout);
  }
}

function withLayout<Layout extends TextLayout>(format: TextFormat<Layout>, layout: Layout): LaidOutFormat {
  return { cutter: (limits) => format.cutter(layout, limits), reader: (plan) => format.reader(plan, layout) };
}
