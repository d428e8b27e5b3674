import { engineError } from './errors.ts';
import { isBlank, lex } from './lexer.ts';
import { TokenCursor } from './token-cursor.ts';
import { trailingFormat } from './trailing-format.ts';

/** A part of the SQL text, `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What the server must know of a statement before it runs it. Spans point into the text that was analysed. */
export type Statement =
  /** Gives rows in the format of `format`, or in the default one; `body` ends before FORMAT, `rest` is what follows its name. */
  | { readonly kind: 'select'; readonly body: Span; readonly format?: string; readonly rest: Span }
  /** `INSERT INTO t [(cols)] [SETTINGS …] [VALUES | FORMAT x]`: rows follow as data, in the text or in the request's body. */
  | {
      readonly kind: 'insert_data';
      readonly target: Span;
      readonly settings: Span;
      readonly format: string;
      readonly data: Span;
    }
  /** `INSERT INTO t … SELECT … FROM input('structure') … FORMAT x`: rows follow in the request's body. */
  | {
      readonly kind: 'insert_input';
      readonly before: Span;
      readonly structure: Span;
      readonly after: Span;
      readonly format: string;
      readonly rest: Span;
    }
  /** Any other INSERT: it carries all it needs. */
  | { readonly kind: 'insert_plain'; readonly text: Span }
  | { readonly kind: 'kill'; readonly text: Span }
  /** Anything else; `format` is the one it names itself. */
  | { readonly kind: 'other'; readonly effect: Effect; readonly text: Span; readonly format?: string };

/** What a statement leaves behind: nothing, something in its session, something in the tables. */
export type Effect = 'none' | 'session' | 'tables';

/**
 * Tells what one statement is. Throws EngineError: 62 for no statement or more than one, 48 for a form that only works
 * with files of this machine (INTO OUTFILE, FROM INFILE), 497 for the function file().
 */
export function analyse(sql: string): Statement {
  const cursor = new TokenCursor(sql);
  const first = cursor.word(0);
  if (cursor.afterSemicolons(0) === undefined) throw engineError('SYNTAX_ERROR', 'The query is empty.');
  // The engine answers nothing at all, and no error, to text that its own lexer cannot begin with.
  if (first === undefined && cursor.sign(0) !== '(') {
    throw engineError('SYNTAX_ERROR', 'A statement begins with a word, such as SELECT.');
  }
  if (first === 'INSERT' || (first === 'WITH' && cursor.firstOf('INSERT', 'SELECT', 'FROM') === 'INSERT')) {
    return insert(cursor, first === 'WITH');
  }
  const text = oneStatement(cursor);
  if (first === 'SELECT' || first === 'WITH' || first === 'FROM' || cursor.sign(0) === '(') return select(cursor, text);
  if (first === 'KILL') return { kind: 'kill', text };
  const effect = effectOf(cursor);
  // Only what reads answers in a format; elsewhere the word is a table, as in OPTIMIZE TABLE format FINAL.
  const found = effect === 'none' ? trailingFormat(cursor) : undefined;
  if (found === undefined) return { kind: 'other', effect, text };
  return { kind: 'other', effect, text, format: found.format };
}

function effectOf(cursor: TokenCursor): Effect {
  switch (cursor.word(0)) {
    case 'SHOW':
    case 'DESCRIBE':
    case 'DESC':
    case 'EXPLAIN':
    case 'EXISTS':
    case 'CHECK':
      return 'none';
    case 'SET':
    case 'USE':
      return 'session';
    case 'CREATE':
      // CREATE [OR REPLACE] TEMPORARY TABLE
      return cursor.word(1) === 'TEMPORARY' || cursor.word(3) === 'TEMPORARY' ? 'session' : 'tables';
    default:
      return 'tables';
  }
}

function select(cursor: TokenCursor, text: Span): Statement {
  const found = trailingFormat(cursor);
  if (found === undefined) return { kind: 'select', body: text, rest: { start: text.end, end: text.end } };
  return {
    kind: 'select',
    body: { start: text.start, end: found.keyword.start },
    format: found.format,
    rest: { start: found.name.end, end: text.end },
  };
}

function insert(cursor: TokenCursor, afterWith: boolean): Statement {
  if (afterWith) return { kind: 'insert_plain', text: oneStatement(cursor) };
  let at = 1;
  if (cursor.word(at) === 'INTO') at += 1;
  if (cursor.word(at) === 'TABLE') at += 1;
  if (cursor.word(at) === 'FUNCTION') return { kind: 'insert_plain', text: oneStatement(cursor) };
  at = cursor.skipName(at);
  // `INSERT INTO t (SELECT …)` is a query in brackets, not a list of columns.
  if (cursor.sign(at) === '(' && cursor.word(at + 1) !== 'SELECT' && cursor.word(at + 1) !== 'WITH') {
    at = cursor.skipGroup(at);
  }
  const target = { start: 0, end: cursor.endBefore(at) };
  const settingsFrom = at;
  if (cursor.word(at) === 'SETTINGS') {
    while (cursor.at(at) !== undefined && !INSERT_BODY.has(cursor.word(at) ?? '')) at += 1;
  }
  const settings = { start: target.end, end: at === settingsFrom ? target.end : cursor.endBefore(at) };

  switch (cursor.word(at)) {
    case 'FORMAT': {
      const name = cursor.at(at + 1);
      if (name?.kind !== 'word') throw engineError('SYNTAX_ERROR', 'FORMAT must be followed by the name of a format.');
      const format = cursor.sql.slice(name.start, name.end);
      if (format.toUpperCase() === 'VALUES')
        return data(cursor, { target, settings, format: 'Values', from: name.end });
      return data(cursor, { target, settings, format, from: name.end });
    }
    case 'VALUES':
      return data(cursor, { target, settings, format: 'Values', from: cursor.endBefore(at + 1) });
    case 'SELECT':
    case 'WITH':
    case 'FROM':
      return insertFromQuery(cursor);
    default:
      break;
  }
  if (cursor.sign(at) === '(') return insertFromQuery(cursor);
  const next = cursor.at(at);
  if (next === undefined || cursor.sign(at) === ';') {
    return data(cursor, { target, settings, format: 'Values', from: cursor.sql.length });
  }
  throw engineError(
    'SYNTAX_ERROR',
    `Syntax error in INSERT at position ${next.start + 1}: expected VALUES, FORMAT or SELECT.`,
  );
}

/** What follows the settings of an INSERT. */
const INSERT_BODY = new Set(['FORMAT', 'VALUES', 'SELECT', 'WITH', 'FROM']);

function data(
  cursor: TokenCursor,
  found: { target: Span; settings: Span; format: string; from: number },
): Statement & { kind: 'insert_data' } {
  const { target, settings, format } = found;
  const lead = /[ \t\f]*(?:\r?\n)?/y;
  lead.lastIndex = found.from;
  lead.test(cursor.sql);
  const start = lead.lastIndex;
  // VALUES are expressions of SQL, and a second statement among them would be dropped without a word.
  const end = format === 'Values' || hasNothing(cursor.sql, start) ? endOfValues(cursor.sql, start) : cursor.sql.length;
  return { kind: 'insert_data', target, settings, format, data: { start, end } };
}

/** True for a rest that is only blanks, comments and semicolons. */
function hasNothing(sql: string, from: number): boolean {
  for (const token of lex(sql, from)) {
    if (!isBlank(token) && sql.charAt(token.start) !== ';') return false;
  }
  return true;
}

function endOfValues(sql: string, from: number): number {
  if (!sql.includes(';', from)) return sql.slice(from).trim() === '' ? from : sql.length;
  let end: number | undefined;
  let empty = true;
  for (const token of lex(sql, from)) {
    if (isBlank(token)) continue;
    const closes = token.kind === 'sign' && sql.charAt(token.start) === ';';
    if (end !== undefined && !closes) throw engineError('SYNTAX_ERROR', 'Multi-statements are not allowed.');
    if (closes) end ??= token.start;
    else empty = false;
  }
  return empty ? from : (end ?? sql.length);
}

function insertFromQuery(cursor: TokenCursor): Statement {
  const input = cursor.findCall('input');
  const text = oneStatement(cursor);
  if (input === undefined) return { kind: 'insert_plain', text };
  const found = trailingFormat(cursor);
  if (found === undefined) {
    throw engineError(
      'NOT_IMPLEMENTED',
      "An INSERT that reads input('…') must end in FORMAT and a name; its rows are the request's body.",
    );
  }
  const structure = cursor.at(input + 2);
  if (structure?.kind !== 'string' || cursor.sign(input + 3) !== ')') {
    throw engineError(
      'NOT_IMPLEMENTED',
      "input() takes one string literal: the structure, such as input('line String').",
    );
  }
  if (cursor.findCall('input', input + 1) !== undefined) {
    throw engineError('NOT_IMPLEMENTED', 'input() can be read once in a statement.');
  }
  return {
    kind: 'insert_input',
    before: { start: text.start, end: cursor.startOf(input) },
    structure: { start: structure.start, end: structure.end },
    after: { start: cursor.endBefore(input + 4), end: found.keyword.start },
    format: found.format,
    rest: { start: found.name.end, end: text.end },
  };
}

/** The text of the only statement, without what ends it; refuses what would reach files of this machine. */
function oneStatement(cursor: TokenCursor): Span {
  let end = cursor.sql.length;
  for (let at = 0; at < cursor.length; at += 1) {
    if (cursor.sign(at) === ';') {
      if (cursor.afterSemicolons(at) !== undefined)
        throw engineError('SYNTAX_ERROR', 'Multi-statements are not allowed.');
      end = cursor.startOf(at);
      break;
    }
    refuseFiles(cursor, at);
  }
  return { start: 0, end: Math.min(end, cursor.endBefore(cursor.length)) };
}

/** After these `file (` is a table with its columns. */
const BEFORE_TABLE = new Set(['INTO', 'TABLE', 'VIEW', 'EXISTS']);

function refuseFiles(cursor: TokenCursor, at: number): void {
  const word = cursor.word(at);
  if ((word === 'OUTFILE' && cursor.word(at - 1) === 'INTO') || (word === 'INFILE' && cursor.word(at - 1) === 'FROM')) {
    throw engineError('NOT_IMPLEMENTED', `${word} is not allowed: send and read rows over HTTP.`);
  }
  if (cursor.name(at) === 'file' && cursor.sign(at + 1) === '(' && cursor.sign(at - 1) !== '.') {
    if (BEFORE_TABLE.has(cursor.word(at - 1) ?? '')) return;
    throw engineError(
      'ACCESS_DENIED',
      'The function file() is not allowed in the embedded engine: it would read any file of this machine.',
    );
  }
}
