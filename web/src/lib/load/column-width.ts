/** Whether values of a type are compared by their digits, so that they stand to the right. @param type as the engine calls it */
export function isNumeric(type: string): boolean {
  return /^(U?Int|Float|Decimal)/.test(type);
}

/** How wide a column of rows is, in rem: as wide as values of its type usually are, with room for a mark. @param type as the engine calls it */
export function columnWidth(type: string): number {
  if (type.startsWith('DateTime')) return 13.5;
  if (/^(Date|U?Int|Float|Decimal|Bool)/.test(type)) return 8.5;
  return 11;
}
