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

/** The columns that rules name in their config, by rule. Every kind calls the field `column` or `columns`. */
export function columnsOfRules(
  rules: readonly {
    readonly rule_id: string;
    readonly kind: string;
    readonly rule: Readonly<Record<string, unknown>>;
  }[],
): Map<string, readonly string[]> {
  return new Map(rules.map(({ rule_id, kind, rule }) => [rule_id, namedColumns(rule[kind])]));
}

function namedColumns(config: unknown): string[] {
  if (typeof config !== 'object' || config === null) return [];
  const fields = new Map<string, unknown>(Object.entries(config));
  return [fields.get('column'), fields.get('columns')].flat().filter((name) => typeof name === 'string');
}
