/** Where a list has a text that stood in it before, 0-based. */
export function repeatedPlaces(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, place) => {
    if (seen.has(text)) return [place];
    seen.add(text);
    return [];
  });
}
