import { dataColumn, type Commit, type DataColumn } from '@assay/clickhouse';
import { z } from 'zod';

/** The columns a load was read with, in the order of its file. */
export function committedColumns(commit: Commit): DataColumn[] {
  return z.array(dataColumn).parse(JSON.parse(commit.columns));
}
