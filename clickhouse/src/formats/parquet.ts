import type { ParquetLayout, TextFormat } from './define.ts';
import { ParquetCutter } from './parquet/cutter.ts';
import { ParquetReader } from './parquet/reader.ts';

/** Parquet, once `openParquet` has turned it into rows of texts. A row's number is its line; there are no byte offsets (0). */
export const parquet: TextFormat<ParquetLayout> = {
  name: 'parquet',
  cutter: (layout, limits) => new ParquetCutter(layout.fields.length, limits.record_bytes_max),
  reader: (plan, layout) => new ParquetReader(plan, layout),
};
