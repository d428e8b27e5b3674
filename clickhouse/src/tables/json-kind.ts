import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { dataTable, physicalColumn } from './data.ts';

/** How many values of a column of JSON texts are of which kind. */
export interface JsonKinds {
  readonly objects: number;
  readonly lists: number;
  readonly strings: number;
  readonly numbers: number;
  readonly booleans: number;
}

const counts = z.object({ counts: z.array(z.array(z.coerce.number())) });

/** In the order of `JsonKinds`; JSON text tells its kind by its first letter. */
const firstLetters = [
  "= '{'",
  "= '['",
  `= '"'`,
  "IN ('-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9')",
  "IN ('t', 'f')",
];

/** Counts the kinds of values in JSON columns of a load, given by the numbers of their physical columns, in the order of these. */
export async function jsonKindsOf(
  db: Querier,
  slice: {
    readonly source_id: string;
    readonly load_id: string;
    readonly chunk_ids: readonly string[];
    readonly columns: readonly number[];
  },
): Promise<JsonKinds[]> {
  const { source_id, load_id, chunk_ids, columns } = slice;
  const kinds = columns.map((number) => {
    const sums = firstLetters.map((letters) => `countIf(substring(${physicalColumn(number)}, 1, 1) ${letters})`);
    return `[${sums.join(', ')}]`;
  });
  const asked = query({
    sql: `
SELECT [${kinds.join(', ')}] AS counts
FROM ${dataTable(source_id)}
WHERE {tenant: String} != '' AND _assay_load_id = {load_id: UInt64} AND _assay_chunk_id IN {chunk_ids: Array(UInt64)}`,
    params: z.object({ load_id: id, chunk_ids: idList }),
    row: counts,
  });
  const [found] = await db.rows(asked, { load_id, chunk_ids: [...chunk_ids] });
  return (found?.counts ?? []).map(([objects = 0, lists = 0, strings = 0, numbers = 0, booleans = 0]) => ({
    objects,
    lists,
    strings,
    numbers,
    booleans,
  }));
}
