/**
 * What RE2 is known not to have, said before the engine does; the engine still has the last word when the rule is validated.
 * The pattern is only looked at, never run here.
 * @returns a sentence, or undefined.
 */
export function patternProblem(pattern: string): string | undefined {
  if (!pattern.isWellFormed() || pattern.includes('\0')) return 'a pattern is text without NUL and half surrogates';
  let inClass = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === '\\') {
      const next = pattern[index + 1];
      if (next === undefined) return 'the pattern ends with a lone backslash';
      if (!inClass && next >= '1' && next <= '9') return `RE2 has no back-references such as \\${next}`;
      index++;
    } else if (inClass) {
      if (character === ']') inClass = false;
    } else if (character === '[') {
      inClass = true;
      // A bracket right after the opening one (or its caret) is a member, not the end.
      if (pattern[index + 1] === '^') index++;
      if (pattern[index + 1] === ']') index++;
    } else if (character === '(' && /^\((?:\?[=!]|\?<[=!])/.test(pattern.slice(index, index + 4))) {
      return 'RE2 has no look-ahead or look-behind: split the pattern into two rules';
    }
  }
  return inClass ? 'the pattern has a [ without its ]' : undefined;
}
