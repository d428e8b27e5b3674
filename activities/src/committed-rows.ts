import { dataColumn, dataTable, type Commit } from '@assay/clickhouse';
import { allOf, identifier, join, sql, type RowSet } from '@assay/rules';
import { z } from 'zod';

/** Exactly the rows that the commits name: the load narrows the granules, the chunks decide. */
export function committedRows(source_id: string, commits: readonly Commit[]): RowSet {
  const loads = commits.map((commit) => sql`${BigInt(commit.load_id)}`);
  const chunks = commits.flatMap((commit) => commit.chunk_ids.map((chunk_id) => sql`${BigInt(chunk_id)}`));
  const relation = sql`${identifier(dataTable(source_id))}`;
  if (chunks.length === 0) return { relation, condition: sql`0` };
  return {
    relation,
    condition: allOf([sql`_assay_load_id IN (${join(loads)})`, sql`_assay_chunk_id IN (${join(chunks)})`]),
  };
}

/** The columns a load was read with. */
export function columnsOfCommit(commit: Commit): z.infer<typeof dataColumn>[] {
  return z.array(dataColumn).parse(JSON.parse(commit.columns));
}

/** Whether one load has every physical column of another, so that both can be read in one scan. */
export function sameColumns(one: Commit, other: Commit): boolean {
  const numbers = new Set(columnsOfCommit(one).map((column) => column.number));
  return columnsOfCommit(other).every((column) => numbers.has(column.number));
}
