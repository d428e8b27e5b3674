import { extraCounts, undeclaredType, type Commit, type Querier } from '@assay/clickhouse';
import type { ColumnProfile } from '@assay/rules';
import { z } from 'zod';

/** Undeclared keys of a load that are counted one by one. */
const keys_max = 100;
/** Their numbers come behind those of all columns there can be. */
const firstNumber = 65_536 - keys_max;

const seen = z.object({ undeclared: z.array(z.string()) });

/** How often the keys that no column holds are null or absent, the most frequent first. */
export async function undeclaredProfiles(db: Querier, commit: Commit, rows: string): Promise<ColumnProfile[]> {
  if (seen.parse(JSON.parse(commit.seen)).undeclared.length === 0) return [];
  const { source_id, load_id, chunk_ids } = commit;
  const keys = await extraCounts(db, { source_id, load_id, chunk_ids, limit: keys_max });
  return keys.map(({ name, present, nulls }, place) => {
    const absent = BigInt(rows) - BigInt(present);
    return {
      column_number: firstNumber + place,
      column: name,
      type: undeclaredType,
      rows,
      nulls: String(absent + BigInt(nulls)),
      absent: String(absent),
      type_errors: '0',
      distinct: '0',
      distinct_exact: false,
      min: null,
      max: null,
      mean: null,
    };
  });
}
