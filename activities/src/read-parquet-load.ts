import { RefusedFile } from '@assay/clickhouse';
import type { ActivityDeps } from './deps.ts';
import type { LoadContent, ReadLoad } from './read-load.ts';

/** Reads a Parquet file. */
export async function readParquetLoad(deps: ActivityDeps, read: ReadLoad): Promise<LoadContent> {
  throw new RefusedFile('unsupported', `${read.load.file} ${String(deps.now())}`);
}
