import { newId, type NewColumn } from '@assay/clickhouse';
import { formatColumnType, parseColumnType } from '@assay/rules';
import type { LoadIdentity } from '@assay/workflows';
import { editSource } from '@assay/workflows/client';
import { refusalOf } from './refusal-of.ts';
import { sourceRemoved } from './source-removed.ts';
import type { ActivityDeps } from './deps.ts';

/**
 * Tells the source what a file decided, and returns the columns that hold from now on: of two first files one decides. A column without
 * a value in this file is left for a later one. Each call is an edit of its own that adds only what is missing.
 * @param hasValues whether a column, by its place, has any value in the file
 */
export async function settleColumns(
  deps: ActivityDeps,
  load: LoadIdentity,
  found: { readonly columns: readonly NewColumn[]; readonly hasValues: (place: number) => boolean },
): Promise<readonly NewColumn[]> {
  const { columns, hasValues } = found;
  const state = await editSource(deps.temporal, {
    ref: { tenant: load.tenant, source: load.source },
    if_new: null,
    edit: {
      kind: 'settle_columns',
      columns: columns.map(({ name, type }, place) => ({ name, type: hasValues(place) ? formatColumnType(type) : '' })),
      actor: 'system',
      why: `inferred from ${load.file}`,
      expected_version: null,
    },
    update_id: newId(deps.now()),
  }).catch((error: unknown) => {
    throw refusalOf(error) === 'source_removed' ? sourceRemoved(load) : error;
  });
  const types = new Map(state.columns.map((column) => [column.name, column.type]));
  return columns.map((column) => {
    const text = types.get(column.name) ?? '';
    const type = parseColumnType(text);
    return type === undefined || formatColumnType(column.type) === text ? column : { name: column.name, type };
  });
}
