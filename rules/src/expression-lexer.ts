/** Thrown for text that is no allowed expression; says what and where (1-based). */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(`${message} (at character ${String(position)})`);
    this.position = position;
  }
}

export interface Token {
  /** `word` is a bare name or keyword, `name` a quoted one; `end` stands behind the last. */
  readonly kind: 'word' | 'name' | 'number' | 'string' | 'symbol' | 'end';
  /** The word, the unquoted name or string, the digits, or the symbol. */
  readonly text: string;
  /** 1-based position of the first character. */
  readonly position: number;
}

const lengthMax = 10_000;
const word = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?/y;
const symbol = /<>|<=|>=|!=|==|::|\|\||[=<>+\-*/%(),.[\]]/y;
const space = /\s+/y;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
};

/** Cuts an expression into tokens. @throws ExpressionError at the first character that has no place in one. */
export function tokenize(text: string): Token[] {
  if (text.length > lengthMax)
    throw new ExpressionError(`an expression has at most ${String(lengthMax)} characters`, lengthMax + 1);
  if (!text.isWellFormed()) throw new ExpressionError('half a surrogate pair is not text', 1);
  const tokens: Token[] = [];
  let index = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = index;
    return pattern.exec(text)?.[0];
  };
  while (index < text.length) {
    const blank = take(space);
    if (blank !== undefined) {
      index += blank.length;
      continue;
    }
    const position = index + 1;
    const character = text.charAt(index);
    if (text.startsWith('--', index) || text.startsWith('/*', index) || character === '#') {
      throw new ExpressionError('comments are not allowed in rules', position);
    }
    if (character === "'" || character === '"' || character === '`') {
      const quoted = readQuoted(text, index);
      if (character !== "'" && quoted.value === '') throw new ExpressionError('a name is empty', position);
      tokens.push({ kind: character === "'" ? 'string' : 'name', text: quoted.value, position });
      index = quoted.end;
      continue;
    }
    const digits = take(number);
    if (digits !== undefined) {
      index += digits.length;
      const glued = take(word);
      if (glued !== undefined)
        throw new ExpressionError(`\`${digits}${glued}\` is neither a number nor a name`, position);
      tokens.push({ kind: 'number', text: digits.startsWith('.') ? `0${digits}` : digits, position });
      continue;
    }
    const name = take(word);
    if (name !== undefined) {
      index += name.length;
      tokens.push({ kind: 'word', text: name, position });
      continue;
    }
    const operator = take(symbol);
    if (operator === undefined)
      throw new ExpressionError(
        `\`${String.fromCodePoint(text.codePointAt(index) ?? 63)}\` is not allowed in rules`,
        position,
      );
    index += operator.length;
    tokens.push({ kind: 'symbol', text: operator, position });
  }
  tokens.push({ kind: 'end', text: '', position: text.length + 1 });
  return tokens;
}

function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  const quote = text.charAt(start);
  let value = '';
  for (let index = start + 1; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === quote) {
      if (text.charAt(index + 1) !== quote) return { value, end: index + 1 };
      value += quote;
      index++;
    } else if (character === '\\') {
      const escaped = escapes[text.charAt(index + 1)];
      if (escaped === undefined)
        throw new ExpressionError(`\\${text.charAt(index + 1)} is no escape: write \\\\ for a backslash`, index + 1);
      value += escaped;
      index++;
    } else {
      value += character;
    }
  }
  throw new ExpressionError(`the ${quote} is never closed`, start + 1);
}
