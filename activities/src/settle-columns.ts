import { newId, type NewColumn } from '@assay/clickhouse';
import { formatColumnType, parseColumnType, starterRules } from '@assay/rules';
import { ruleTexts, type LoadIdentity } from '@assay/workflows';
import { editSource } from '@assay/workflows/client';
import type { ActivityDeps } from './deps.ts';

/**
 * Tells the source what its first file decided, and returns the columns that hold from now on: of two first files one decides.
 * Each call is an edit of its own that adds only what is missing, so repeating it changes nothing.
 */
export async function settleColumns(
  deps: ActivityDeps,
  load: LoadIdentity,
  columns: readonly NewColumn[],
): Promise<readonly NewColumn[]> {
  const state = await editSource(deps.temporal, {
    ref: { tenant: load.tenant, source: load.source },
    if_new: { source_id: load.source_id, rules: ruleTexts(starterRules()), actor: load.actor },
    edit: {
      kind: 'settle_columns',
      columns: columns.map(({ name, type }) => ({ name, type: formatColumnType(type) })),
      actor: 'system',
      why: `inferred from ${load.file}`,
      expected_version: null,
    },
    update_id: newId(deps.now()),
  });
  const known = new Map(columns.map((column) => [column.name, column]));
  return state.columns.flatMap(({ name, type: text }): NewColumn[] => {
    const type = parseColumnType(text);
    if (type === undefined) return [];
    const column = known.get(name);
    return [column !== undefined && formatColumnType(column.type) === text ? column : { name, type }];
  });
}
