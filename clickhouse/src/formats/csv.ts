import { CsvCutter } from './csv/cutter.ts';
import { csvDialect } from './csv/dialect.ts';
import { CsvReader } from './csv/reader.ts';
import type { CsvLayout, TextFormat } from './define.ts';

/** Fields between delimiters by RFC 4180, a header first; what a file leaves open was settled in its layout. */
export const csv: TextFormat<CsvLayout> = {
  name: 'csv',
  cutter: (layout, limits) => new CsvCutter(csvDialect(layout, limits)),
  reader: (plan, layout) => new CsvReader(plan, layout),
};
