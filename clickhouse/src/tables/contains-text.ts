/** SQL that is so where one of some texts contains the words of `{text: String}`, in any case, and always when they are empty. */
export function containsText(...texts: readonly [string, ...string[]]): string {
  const [first, ...others] = texts;
  // A line end between them keeps words from beginning in one and ending in another.
  const whole = others.length === 0 ? first : `concat(${texts.join(", '\\n', ")})`;
  return `({text: String} = '' OR positionCaseInsensitiveUTF8(${whole}, {text: String}) > 0)`;
}
