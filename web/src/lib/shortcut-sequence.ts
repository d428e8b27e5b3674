/** Which of the known key sequences a key completes, with the key before it if that was pressed a moment ago. */
export function completedSequence(
  known: readonly string[],
  pressed: { readonly before: string | null; readonly key: string },
): string | undefined {
  const { before, key } = pressed;
  const sequence = before === null ? undefined : known.find((keys) => keys === `${before} ${key}`);
  return sequence ?? known.find((keys) => keys === key);
}
