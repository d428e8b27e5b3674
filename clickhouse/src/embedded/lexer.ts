/** What a token is to somebody who looks for structure: text that may hold anything, a name, or a sign. */
export type TokenKind = 'space' | 'comment' | 'string' | 'quoted' | 'word' | 'sign';

/** A piece of SQL, `[start, end)` in UTF-16 units. The tokens of a text cover it without gaps. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts SQL as ClickHouse's own lexer does: strings (quotes, heredocs), quoted names, nested comments, words and signs.
 * An unfinished string or comment reaches to the end of the text, so nothing after it is ever taken for structure.
 * It yields lazily: a caller that stops where the data of an INSERT begins never lexes the data.
 */
export function* lex(sql: string, from = 0): Generator<Token> {
  let start = from;
  while (start < sql.length) {
    const token = tokenAt(sql, start);
    yield token;
    start = token.end;
  }
}

/** True for tokens that mean nothing to the engine. */
export function isBlank(token: Token): boolean {
  return token.kind === 'space' || token.kind === 'comment';
}

const SPACE = /[\s\u180e\u200b-\u200d\u2060]+/y;
const WORD = /[0-9][A-Za-z0-9_]*|[A-Za-z_$][A-Za-z0-9_$]*/y;
const LINE_COMMENT = /(?:--|\/\/|#[ !])[^\n]*/y;
const HEREDOC_TAG = /\$[A-Za-z0-9_]*\$/y;
const PLAIN_QUOTED =
  /'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*(?:'|$)|"[^"\\]*(?:(?:\\[^]|"")[^"\\]*)*(?:"|$)|`[^`\\]*(?:(?:\\[^]|``)[^`\\]*)*(?:`|$)/y;

function tokenAt(sql: string, start: number): Token {
  const space = endOf(SPACE, sql, start);
  if (space > start) return { kind: 'space', start, end: space };
  const line = endOf(LINE_COMMENT, sql, start);
  if (line > start) return { kind: 'comment', start, end: line };
  if (sql.startsWith('/*', start)) return { kind: 'comment', start, end: endOfBlockComment(sql, start) };

  const sign = sql.charAt(start);
  switch (sign) {
    case "'":
      return { kind: 'string', start, end: endOfQuoted(sql, start) };
    case '"':
    case '`':
      return { kind: 'quoted', start, end: endOfQuoted(sql, start) };
    case '‘':
      return { kind: 'string', start, end: endOfTypographic(sql, start, '’') };
    case '“':
      return { kind: 'quoted', start, end: endOfTypographic(sql, start, '”') };
    case '$': {
      const heredoc = endOfHeredoc(sql, start);
      if (heredoc !== undefined) return { kind: 'string', start, end: heredoc };
    }
  }
  const word = endOf(WORD, sql, start);
  return word > start ? { kind: 'word', start, end: word } : { kind: 'sign', start, end: start + 1 };
}

function endOf(pattern: RegExp, sql: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(sql) ? pattern.lastIndex : start;
}

/** A backslash escapes, a doubled quote is a quote; without an end the rest of the text belongs to it. */
function endOfQuoted(sql: string, start: number): number {
  const end = endOf(PLAIN_QUOTED, sql, start);
  return end > start ? end : sql.length;
}

function endOfTypographic(sql: string, start: number, close: string): number {
  const end = sql.indexOf(close, start + 1);
  return end < 0 ? sql.length : end + 1;
}

/** `$tag$ … $tag$`; undefined when the second `$tag$` is missing, and then the dollar belongs to a word. */
function endOfHeredoc(sql: string, start: number): number | undefined {
  const tagEnd = endOf(HEREDOC_TAG, sql, start);
  if (tagEnd === start) return undefined;
  const tag = sql.slice(start, tagEnd);
  const close = sql.indexOf(tag, tagEnd);
  return close < 0 ? undefined : close + tag.length;
}

function endOfBlockComment(sql: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else {
      at += 1;
    }
  }
  return sql.length;
}
