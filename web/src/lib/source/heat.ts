/** How strongly a cell is painted, 0 to 100: a few nulls are seen, and more are always darker. @param share 0 to 1 */
export function heatOf(share: number): number {
  return share === 0 ? 0 : Math.round(18 + 82 * Math.sqrt(share));
}

/** The newest share of values missing in a column, of shares oldest first; null when no load has it. */
export function newestShare(shares: readonly (number | null)[]): number | null {
  return shares.findLast((share) => share !== null) ?? null;
}
