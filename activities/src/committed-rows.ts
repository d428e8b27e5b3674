import { dataColumn, dataTable, type Commit } from '@assay/clickhouse';
import { allOf, identifier, join, sql, type RowSet } from '@assay/rules';
import { z } from 'zod';

/** Exactly the rows that the commits name: the load narrows the granules, the chunks decide. */
export function committedRows(source_id: string, commits: readonly Commit[]): RowSet {
  const loads = commits.map((commit) => sql`${BigInt(commit.load_id)}`);
  const chunks = commits.flatMap((commit) => commit.chunk_ids.map((chunk_id) => sql`${BigInt(chunk_id)}`));
  const relation = sql`${identifier(dataTable(source_id))}`;
  if (chunks.length === 0) return { relation, condition: sql`0` };
  const condition = allOf([sql`_assay_load_id IN (${join(loads)})`, sql`_assay_chunk_id IN (${join(chunks)})`]);
  const chunk = onlyChunk(commits);
  return { relation, condition, ...(chunk === undefined ? {} : { chunk }) };
}

/** So many rows are read faster together with those of other loads than by themselves. */
const sharedRows_max = 10_000;

function onlyChunk(commits: readonly Commit[]): RowSet['chunk'] {
  const [commit, ...others] = commits;
  const [chunk_id, ...more] = commit?.chunk_ids ?? [];
  if (commit === undefined || chunk_id === undefined || others.length > 0 || more.length > 0) return undefined;
  const rows = Number(commit.chunk_rows[0] ?? 0);
  return rows === 0 || rows > sharedRows_max ? undefined : { load_id: commit.load_id, chunk_id, rows };
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
