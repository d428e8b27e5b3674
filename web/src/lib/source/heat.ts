import type { NullHeat } from '#lib/api.ts';

type HeatColumn = NullHeat['columns'][number];

/** How strongly a cell is painted, 0 to 100: a few nulls are seen, and more are always darker. @param share 0 to 1 */
export function heatOf(share: number): number {
  return share === 0 ? 0 : Math.round(18 + 82 * Math.sqrt(share));
}

/** The newest share of values missing in a column; null when no load has it. */
export function newestShare(column: HeatColumn): number | null {
  return column.cells.findLast((cell) => cell !== null)?.share ?? null;
}

/** The columns with most nulls in the newest load, worst first; columns that were always full are left out. */
export function worstColumns(heat: NullHeat, most: number): HeatColumn[] {
  return heat.columns
    .filter(({ cells }) => cells.some((cell) => cell !== null && cell.share > 0))
    .sort((a, b) => (newestShare(b) ?? -1) - (newestShare(a) ?? -1))
    .slice(0, most);
}
