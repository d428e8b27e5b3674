import type { Token } from './lexer.ts';
import { nesting, type TokenCursor } from './token-cursor.ts';

/** FORMAT and the name that follows it, a word or a quoted name. */
export interface TrailingFormat {
  readonly keyword: Token;
  readonly name: Token;
  /** The name without its quotes. */
  readonly format: string;
}

/**
 * The FORMAT that ends a query, before SETTINGS if there are any. Where an operand is due, `format` is a column, a table
 * or an alias; where one has ended, it is the keyword, since the engine takes no alias of that name without AS.
 */
export function trailingFormat(cursor: TokenCursor): TrailingFormat | undefined {
  let depth = 0;
  let due = false;
  for (let at = 0; at < cursor.length; at += 1) {
    const sign = cursor.sign(at);
    depth += nesting(sign);
    if (depth > 0) continue;
    if (!due && cursor.word(at) === 'FORMAT') {
      const found = formatAt(cursor, at);
      if (found !== undefined) return found;
    }
    due = sign === undefined ? dueAfterWord(cursor, at, due) : dueAfterSign(cursor, at, due);
  }
  return undefined;
}

function formatAt(cursor: TokenCursor, at: number): TrailingFormat | undefined {
  const keyword = cursor.at(at);
  const name = cursor.at(at + 1);
  const format = cursor.name(at + 1);
  if (keyword === undefined || name === undefined || format === undefined) return undefined;
  const ends = cursor.at(at + 2) === undefined || cursor.sign(at + 2) === ';' || cursor.word(at + 2) === 'SETTINGS';
  return ends && /^\w+$/.test(format) ? { keyword, name, format } : undefined;
}

/** After these an operand is due, unless the word is one itself: `AS limit`, `t.limit`, `SELECT limit`. */
const CALL_FOR_OPERAND = words(
  'AND AS BETWEEN BY DIV ELSE EXCEPT FROM HAVING ILIKE IN INTERSECT IS JOIN LIKE LIMIT MOD NOT OFFSET ON OR PREWHERE',
  'QUALIFY REGEXP SAMPLE SELECT SETTINGS THEN UNION USING WHEN WHERE WITH',
);

/** These are no operands even where one is due. */
const NEVER_OPERAND = words('BETWEEN CASE FROM ILIKE IN LIKE NOT REGEXP SELECT WHEN');

/** After these ALL and DISTINCT are no names. */
const TAKE_QUANTIFIER = words('SELECT UNION EXCEPT INTERSECT IS NOT');

function dueAfterWord(cursor: TokenCursor, at: number, due: boolean): boolean {
  const word = cursor.word(at);
  if (word === undefined) return false;
  if (!due) return CALL_FOR_OPERAND.has(word);
  if (cursor.sign(at - 1) === '.') return false;
  const before = cursor.word(at - 1) ?? '';
  if (before === 'AS') return word === 'SELECT';
  if (word === 'ALL' || word === 'DISTINCT') return TAKE_QUANTIFIER.has(before);
  return NEVER_OPERAND.has(word);
}

function dueAfterSign(cursor: TokenCursor, at: number, due: boolean): boolean {
  switch (cursor.sign(at)) {
    case ')':
    case ']':
    case '}':
      return false;
    case '*':
      // All columns, or a product.
      return !due;
    case '.':
      // `1.` is a number.
      return !(/^\d+$/.test(cursor.word(at - 1) ?? '') && cursor.endBefore(at + 1) < cursor.startOf(at + 1));
    default:
      return true;
  }
}

function words(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
