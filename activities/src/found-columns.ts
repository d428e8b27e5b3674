import type { NewColumn } from '@assay/clickhouse';
import type { SourceSettings } from './source-settings.ts';

/**
 * The columns a file is read with: those that are settled, and of those it brings all in a first file, else such in which no file had a
 * value yet. A first file that brings columns nobody named puts all of them in its own order.
 * @param found in the order of the file
 */
export function withFound(
  settings: Pick<SourceSettings, 'columns' | 'open'>,
  found: readonly NewColumn[],
  first: boolean,
): readonly NewColumn[] {
  const settled = new Map<string, NewColumn>(settings.columns.map((column) => [column.name, column]));
  const open = new Set(settings.open);
  const brought = found.filter(({ name }) => !settled.has(name) && (first || open.has(name)));
  if (brought.every(({ name }) => open.has(name))) return [...settings.columns, ...brought];
  const named = new Set(found.map((column) => column.name));
  return [
    ...found.map((column) => settled.get(column.name) ?? column),
    ...settings.columns.filter((column) => !named.has(column.name)),
  ];
}
