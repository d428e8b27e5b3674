/** Columns of numbers that count time since 1970-01-01 UTC, by the digits of a second they count. */
export const epochFormats: Readonly<Record<string, number>> = { epoch_s: 0, epoch_ms: 3, epoch_us: 6, epoch_ns: 9 };

/** The directives of a pattern, with their meaning in strptime. */
const timestampDirectives = ['Y', 'm', 'd', 'e', 'b', 'B', 'H', 'I', 'p', 'M', 'S', 'f', 'z', 'a', 'A'] as const;
export type TimestampDirective = (typeof timestampDirectives)[number];

export type TimestampPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'directive'; readonly letter: TimestampDirective };

const shorthands: Readonly<Record<string, string>> = { T: '%H:%M:%S', F: '%Y-%m-%d', R: '%H:%M' };

/** What a pattern must say for a text to name a day. */
const needed: readonly (readonly [what: string, letters: readonly TimestampDirective[]])[] = [
  ['a year (%Y)', ['Y']],
  ['a month (%m, %b or %B)', ['m', 'b', 'B']],
  ['a day (%d or %e)', ['d', 'e']],
];

/**
 * Reads a pattern such as `%d/%b/%Y:%H:%M:%S %z`. Epoch formats are no patterns.
 * @returns its parts, or one sentence that says what is wrong with it.
 */
export function parseTimestampPattern(format: string): readonly TimestampPart[] | string {
  const shown = JSON.stringify(format);
  if (!format.includes('%')) {
    return `the timestamp format ${shown} is no pattern: write it with % directives such as %Y-%m-%d %H:%M:%S, or use ${Object.keys(epochFormats).join(', ')}; ISO 8601 needs no format`;
  }
  const parts = split(format);
  const letters = new Set<string>();
  for (const part of parts) {
    if (part.kind === 'literal') continue;
    if (!timestampDirectives.some((letter) => letter === part.letter)) {
      return `the timestamp format ${shown} uses %${part.letter}, which is not known: use ${timestampDirectives.map((letter) => `%${letter}`).join(' ')} or %%`;
    }
    if (letters.has(part.letter)) return `the timestamp format ${shown} uses %${part.letter} twice`;
    letters.add(part.letter);
  }
  for (const [what, choices] of needed) {
    if (!choices.some((letter) => letters.has(letter)))
      return `the timestamp format ${shown} has no directive for ${what}`;
  }
  if (letters.has('I') !== letters.has('p')) {
    return `the timestamp format ${shown} needs %I and %p together: one without the other does not say the hour`;
  }
  return parts.flatMap((part): TimestampPart[] => {
    if (part.kind === 'literal') return [part];
    const letter = timestampDirectives.find((known) => known === part.letter);
    return letter === undefined ? [] : [{ kind: 'directive', letter }];
  });
}

/** What is wrong with a declared `timestamp_format`, as a sentence; undefined when columns can be read with it. */
export function timestampFormatProblem(format: string): string | undefined {
  if (Object.hasOwn(epochFormats, format)) return undefined;
  const parts = parseTimestampPattern(format);
  return typeof parts === 'string' ? parts : undefined;
}

type SplitPart =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'directive'; readonly letter: string };

function split(pattern: string): SplitPart[] {
  const parts: SplitPart[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character !== '%') {
      parts.push({ kind: 'literal', text: character });
      continue;
    }
    at++;
    const letter = characters[at] ?? '';
    const shorthand = Object.hasOwn(shorthands, letter) ? shorthands[letter] : undefined;
    if (letter === '%') parts.push({ kind: 'literal', text: '%' });
    else if (shorthand !== undefined) parts.push(...split(shorthand));
    else parts.push({ kind: 'directive', letter });
  }
  return parts;
}
