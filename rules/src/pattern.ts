const letters = 'dDsSwWbBAzpPCQEaftnrvx';
const quantifiers = new Set(['*', '+', '?']);

/** Groups that other engines know, by how they begin. */
const groupsElsewhere: readonly (readonly [RegExp, string])[] = [
  [/^\(\?<?[=!]/, 'RE2 has no look-ahead or look-behind: split the pattern into two rules'],
  [/^\(\?>/, 'RE2 has no atomic groups: write (?:…) instead of (?>…)'],
  [/^\(\?#/, 'RE2 has no comments: leave (?#…) out'],
  [/^\(\?P[=>]/, 'RE2 has no references to named groups: write the group out again'],
  [/^\(\?[-imsU]*[a-zA-HJ-Z]*x[a-z-]*[:)]/, 'RE2 has no extended mode: leave the flag x and the blanks out'],
];

/**
 * What RE2 is known not to take, said before the engine does; the engine still has the last word when the rule is validated.
 * The pattern is only looked at, never run here.
 * @returns a sentence, or undefined.
 */
export function patternProblem(pattern: string): string | undefined {
  if (!pattern.isWellFormed() || pattern.includes('\0')) return 'a pattern is text without NUL and half surrogates';
  return new PatternScan(pattern).problem();
}

/** One pass over a pattern, which keeps to what RE2 certainly refuses. */
class PatternScan {
  readonly #pattern: string;
  #index = 0;
  #open = 0;
  /** Whether something stands before that can be repeated; `repeated` after a quantifier. */
  #before: 'nothing' | 'something' | 'repeated' = 'nothing';

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  problem(): string | undefined {
    while (this.#index < this.#pattern.length) {
      const found = this.#step(this.#pattern.charAt(this.#index));
      if (found !== undefined) return found;
    }
    if (this.#open > 0) return 'a ( is never closed: add its ), or write \\( for the character itself';
    return undefined;
  }

  #step(character: string): string | undefined {
    switch (character) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#set();
      case '(':
        return this.#group();
      case ')':
        if (this.#open === 0) return 'a ) closes nothing: write \\) for the character itself';
        this.#open--;
        return this.#take(1, 'something');
      case '|':
        return this.#take(1, 'nothing');
      case '{': {
        const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#rest());
        return counted ? this.#repetition(counted) : this.#take(1, 'something');
      }
      default:
        return quantifiers.has(character) ? this.#quantifier(character) : this.#take(1, 'something');
    }
  }

  #escape(): string | undefined {
    const next = this.#pattern[this.#index + 1];
    if (next === undefined) return 'the pattern ends with a lone backslash';
    if (next === 'Q') {
      const end = this.#pattern.indexOf('\\E', this.#index + 2);
      return this.#take(end < 0 ? this.#pattern.length : end + 2 - this.#index, 'something');
    }
    if (/^\\[1-9](?![0-7])/.test(this.#rest())) return `RE2 has no back-references such as \\${next}`;
    if (next === 'Z') return 'RE2 has no \\Z: write \\z for the very end';
    if (/[A-Za-z]/.test(next) && !letters.includes(next)) {
      return `\\${next} means nothing in RE2: write ${next} for the letter itself`;
    }
    return this.#take(2, 'something');
  }

  /** A set ends at the first bracket that is no member of it; one right after the opening (or its caret) is a member. */
  #set(): string | undefined {
    const set = /^\[\^?(?:\]|(?!\]))(?:\\[^]|\[:\^?[a-z]+:\]|[^\]\\])*\]/.exec(this.#rest())?.[0];
    if (set === undefined) return 'the pattern has a [ without its ]; write \\[ for the character itself';
    const range = /^\[\^?([a-z])-([a-z])\]$/i.exec(set);
    if (range && (range[1] ?? '') > (range[2] ?? '')) {
      return `${set} is a range from a later to an earlier character: turn it round`;
    }
    return this.#take(set.length, 'something');
  }

  #group(): string | undefined {
    const rest = this.#rest();
    const elsewhere = groupsElsewhere.find(([begins]) => begins.test(rest));
    if (elsewhere) return elsewhere[1];
    const opening = /^\((?:\?(?:P?<\w+>|[-imsU]*:))?/.exec(rest)?.[0] ?? '(';
    const flags = /^\(\?[-imsU]+\)/.exec(rest)?.[0];
    if (flags !== undefined) return this.#take(flags.length, 'nothing');
    if (opening === '(' && rest.startsWith('(?')) {
      return 'after (? RE2 knows :, P<name> and the flags i, m, s and U; write \\( for the character itself';
    }
    this.#open++;
    return this.#take(opening.length, 'nothing');
  }

  #quantifier(sign: string): string | undefined {
    if (this.#before === 'nothing') {
      return `${sign} repeats nothing here: put something before it, or write \\${sign} for the character itself`;
    }
    if (this.#before === 'repeated') return this.#twice();
    return this.#take(this.#pattern[this.#index + 1] === '?' ? 2 : 1, 'repeated');
  }

  #repetition([text, least = '', comma, most = '']: RegExpExecArray): string | undefined {
    if (this.#before === 'nothing') return `${text} repeats nothing here: put something before it`;
    if (this.#before === 'repeated') return this.#twice();
    if (Number(least) > 1_000 || Number(most) > 1_000)
      return `${text} repeats more than the 1,000 times that RE2 takes`;
    if (comma !== undefined && most !== '' && Number(least) > Number(most)) {
      return `${text} has its bounds the wrong way round`;
    }
    return this.#take(text.length + (this.#pattern[this.#index + text.length] === '?' ? 1 : 0), 'repeated');
  }

  #twice(): string {
    return 'a repetition is repeated: RE2 takes one of * + ? {n} after another only around a group, such as (?:a+)*';
  }

  #rest(): string {
    return this.#pattern.slice(this.#index);
  }

  /** Goes on behind what is no problem. */
  #take(length: number, before: 'nothing' | 'something' | 'repeated'): string | undefined {
    this.#index += length;
    this.#before = before;
    return undefined;
  }
}

/** What RE2 found wrong with a pattern, cut out of the engine's error; undefined when the error is about something else. */
export function patternRefusal(engineMessage: string): string | undefined {
  const found = /cannot compile re2: [^]*?, error: ([^]*?)\. Look at https/.exec(engineMessage)?.[1];
  if (found === undefined) return undefined;
  return `RE2, the language of patterns here, does not take it: ${found.trim()}`;
}
