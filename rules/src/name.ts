/** A column's name inside a sentence: in backticks, with control characters spelled out so that a name cannot break a line. */
export function quoteName(name: string): string {
  const visible = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `\`${visible.length > 120 ? `${visible.slice(0, 119)}…` : visible}\``;
}

/** `` `a`, `b` and `c` `` */
export function quoteNames(names: readonly string[]): string {
  const quoted = names.map(quoteName);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}
