import { isBlank, lex, type Token } from './lexer.ts';

/** The tokens that mean something, by number, lexed only as far as somebody asks. */
export class TokenCursor {
  readonly sql: string;
  readonly #source: Generator<Token>;
  readonly #tokens: Token[] = [];

  constructor(sql: string) {
    this.sql = sql;
    this.#source = lex(sql);
  }

  /** Lexes the whole text. */
  get length(): number {
    while (this.#more());
    return this.#tokens.length;
  }

  at(index: number): Token | undefined {
    while (this.#tokens.length <= index && this.#more());
    return this.#tokens[index];
  }

  /** A bare word in capitals. */
  word(index: number): string | undefined {
    const token = this.at(index);
    return token?.kind === 'word' ? this.sql.slice(token.start, token.end).toUpperCase() : undefined;
  }

  /** A name as written, without its quotes. */
  name(index: number): string | undefined {
    const token = this.at(index);
    if (token?.kind === 'word') return this.sql.slice(token.start, token.end);
    return token?.kind === 'quoted' ? this.sql.slice(token.start + 1, token.end - 1) : undefined;
  }

  sign(index: number): string | undefined {
    const token = this.at(index);
    return token?.kind === 'sign' ? this.sql.charAt(token.start) : undefined;
  }

  startOf(index: number): number {
    return this.at(index)?.start ?? this.sql.length;
  }

  /** Where the token before this one ends. */
  endBefore(index: number): number {
    return index === 0 ? 0 : (this.at(index - 1)?.end ?? this.sql.length);
  }

  /** Past `a`, `a.b`, or placeholders in their place. */
  skipName(index: number): number {
    let at = index;
    for (;;) {
      at = this.sign(at) === '{' ? this.skipGroup(at) : at + 1;
      if (this.sign(at) !== '.') return at;
      at += 1;
    }
  }

  /** Past the bracket that closes the one at `index`. */
  skipGroup(index: number): number {
    let depth = 0;
    let at = index;
    do {
      depth += nesting(this.sign(at));
      at += 1;
    } while (depth > 0 && this.at(at) !== undefined);
    return at;
  }

  /** Which of these words comes first outside brackets. */
  firstOf(...words: string[]): string | undefined {
    let depth = 0;
    for (let at = 0; at < this.length; at += 1) {
      depth += nesting(this.sign(at));
      const word = this.word(at);
      if (depth === 0 && word !== undefined && words.includes(word)) return word;
    }
    return undefined;
  }

  /** The next call of a table function, a name followed by a bracket. */
  findCall(name: string, from = 0): number | undefined {
    for (let at = from; at < this.length; at += 1) {
      if (this.name(at) === name && this.sign(at + 1) === '(' && this.sign(at - 1) !== '.') return at;
    }
    return undefined;
  }

  afterSemicolons(index: number): Token | undefined {
    let at = index;
    while (this.sign(at) === ';') at += 1;
    return this.at(at);
  }

  #more(): boolean {
    for (;;) {
      const next = this.#source.next();
      if (next.done === true) return false;
      if (isBlank(next.value)) continue;
      this.#tokens.push(next.value);
      return true;
    }
  }
}

/** 1 for a bracket that opens, -1 for one that closes. */
export function nesting(sign: string | undefined): number {
  if (sign === undefined) return 0;
  return '([{'.includes(sign) ? 1 : ')]}'.includes(sign) ? -1 : 0;
}
