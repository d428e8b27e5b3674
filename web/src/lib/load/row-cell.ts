import type { DataRow } from '#lib/api.ts';
import { plainSentence } from '../ui/sentence.ts';

/** What stands in a cell: a value as exact text, nothing, no key, or text that does not fit the type. */
export interface Cell {
  readonly kind: 'value' | 'null' | 'absent' | 'misfit';
  readonly text: string;
  /** Why the cell is wrong; empty when it is not. */
  readonly reasons: readonly string[];
}

/** @param columnsOfRule the columns each rule looks at; a rule that names none marks only its row */
export function cellOf(
  row: DataRow,
  column: { readonly name: string; readonly index: number },
  columnsOfRule: ReadonlyMap<string, readonly string[]>,
): Cell {
  const broken = row.failed
    .filter(({ rule_id }) => columnsOfRule.get(rule_id)?.includes(column.name))
    .map(({ reason }) => plainSentence(reason));
  const misfit = row.type_errors[column.name];
  if (misfit !== undefined)
    return { kind: 'misfit', text: misfit, reasons: ['does not fit the type of the column', ...broken] };
  if (row.absent.includes(column.name)) return { kind: 'absent', text: 'absent', reasons: broken };
  const value = row.values[column.index];
  return value === null || value === undefined
    ? { kind: 'null', text: 'null', reasons: broken }
    : { kind: 'value', text: value, reasons: broken };
}
