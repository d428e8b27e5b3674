/** Entries that contain every word of the text, those that begin with the first word first; order is otherwise kept. */
export function rankMatches<T>(entries: readonly T[], text: string, textOf: (entry: T) => string): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return [...entries];
  const found = entries
    .map((entry) => ({ entry, text: textOf(entry).toLowerCase() }))
    .filter((candidate) => words.every((word) => candidate.text.includes(word)));
  const begins = found.filter((candidate) => candidate.text.startsWith(first));
  const others = found.filter((candidate) => !candidate.text.startsWith(first));
  return [...begins, ...others].map(({ entry }) => entry);
}
