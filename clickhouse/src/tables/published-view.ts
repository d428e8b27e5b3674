import { identifier, join, sql } from '@assay/rules';
import { id } from '../id.ts';
import type { Querier } from '../query.ts';
import { dataTable, physicalColumn, type DataColumn } from './data.ts';

/** The view for people on the rows of a source: real names, whole published loads only. */
export function publishedView(source_id: string): string {
  return `rows_${id.parse(source_id)}`;
}

/** Makes the view show these columns. Safe to repeat. */
export async function writePublishedView(
  db: Querier,
  source_id: string,
  columns: readonly DataColumn[],
): Promise<void> {
  const published = sql`FROM commits FINAL WHERE tenant = ${db.tenant} AND source_id = ${BigInt(source_id)} AND state = 'published'`;
  const named = columns.map(
    (column) => sql`${identifier(physicalColumn(column.number))} AS ${identifier(viewName(column))}`,
  );
  const own = sql`_assay_load_id AS load_id, _assay_line AS line`;
  const text = sql`
CREATE OR REPLACE VIEW ${identifier(publishedView(source_id))} AS
SELECT ${join([...named, own])}
FROM ${identifier(dataTable(source_id))}
WHERE _assay_load_id IN (SELECT load_id ${published})
  AND _assay_chunk_id IN (SELECT arrayJoin(chunk_ids) ${published})`;
  await db.command(text.text);
}

/** Drops the view of a source. */
export async function dropPublishedView(db: Querier, source_id: string): Promise<void> {
  await db.command(`DROP VIEW IF EXISTS ${publishedView(source_id)}`);
}

/** An identifier cannot be empty, and two columns of the view cannot share a name. */
function viewName({ name, number }: DataColumn): string {
  return name === '' || name === 'load_id' || name === 'line' ? `${name}_${physicalColumn(number)}` : name;
}
