import { CsvCutter } from './csv-cutter.ts';
import { csvDialect } from './csv-dialect.ts';
import { CsvReader } from './csv-reader.ts';
import type { CsvLayout, TextFormat } from './define.ts';

export const csv: TextFormat<CsvLayout> = {
  name: 'csv',
  cutter: (layout, limits) => new CsvCutter(csvDialect(layout, limits)),
  reader: (plan, layout) => new CsvReader(plan, layout),
};
