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
  const names = columns.map(viewName);
  const named = columns.map(
    (column, place) => sql`${identifier(physicalColumn(column.number))} AS ${identifier(names[place] ?? '')}`,
  );
  const own = ['load_id', 'line'].map(
    (name) => sql`${identifier(`_assay_${name}`)} AS ${identifier(freeName(name, names))}`,
  );
  const text = sql`
CREATE OR REPLACE VIEW ${identifier(publishedView(source_id))} AS
SELECT ${join([...named, ...own])}
FROM ${identifier(dataTable(source_id))}
WHERE _assay_load_id IN (SELECT load_id ${published})
  AND _assay_chunk_id IN (SELECT arrayJoin(chunk_ids) ${published})`;
  await db.command(text.text);
}

/** Drops the view of a source. */
export async function dropPublishedView(db: Querier, source_id: string): Promise<void> {
  await db.command(`DROP VIEW IF EXISTS ${publishedView(source_id)}`);
}

/** The column's own name; an identifier of the engine cannot be empty. */
function viewName({ name, number }: DataColumn): string {
  return name === '' ? `_${physicalColumn(number)}` : name;
}

/** Names of the file come first: a column of ours gives way to one that is called the same. */
function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? freeName(name.startsWith('_') ? `_${name}` : `_assay_${name}`, taken) : name;
}
