import { engineError } from './errors.ts';
import { isBlank, lex, type Token } from './lexer.ts';

/**
 * Puts typed, escaped literals in the place of `{name: Type}`; inside strings, quoted names and comments nothing changes.
 * The library could bind parameters itself, but it then runs one such query at a time in the whole process.
 * `values` holds what came over HTTP: text in ClickHouse's escaped (TSV) form, `\N` for NULL.
 * Throws EngineError: 456 for a parameter without a value, 457 for NULL where the type has none.
 */
export function renderParameters(sql: string, values: ReadonlyMap<string, string>): string {
  if (!/\{\s*\w/.test(sql)) return sql;
  const tokens = [...lex(sql)];
  let rendered = '';
  let copied = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const found = placeholderAt(sql, tokens, at);
    if (found === undefined) continue;
    rendered += sql.slice(copied, found.start) + literal(found, values);
    copied = found.end;
    at = found.lastToken;
  }
  return rendered + sql.slice(copied);
}

/** A name that can be anything, quoted for the engine. */
export function quoteIdentifier(name: string): string {
  return `\`${escape(name, '`')}\``;
}

/** A string that can be anything, quoted for the engine. */
export function quoteString(text: string): string {
  return `'${escape(text, "'")}'`;
}

interface Placeholder {
  readonly name: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly lastToken: number;
}

function placeholderAt(sql: string, tokens: readonly Token[], open: number): Placeholder | undefined {
  const text = (index: number): string => {
    const token = tokens[index];
    return token === undefined ? '' : sql.slice(token.start, token.end);
  };
  const next = (index: number): number => {
    let at = index + 1;
    for (let token = tokens[at]; token !== undefined && isBlank(token); token = tokens[at]) at += 1;
    return at;
  };
  if (text(open) !== '{') return undefined;
  const name = next(open);
  const colon = next(name);
  if (tokens[name]?.kind !== 'word' || text(colon) !== ':') return undefined;
  let type = '';
  let depth = 0;
  for (let at = next(colon); at < tokens.length; at = next(at)) {
    const part = text(at);
    if (part === '}' && depth === 0) {
      const [first, last] = [tokens[open], tokens[at]];
      if (first === undefined || last === undefined || type === '') return undefined;
      return { name: text(name), type, start: first.start, end: last.end, lastToken: at };
    }
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    // Two words need the space between them back: `Nested(a UInt8)`.
    type += /\w$/.test(type) && /^[\w`"]/.test(part) ? ` ${part}` : part;
  }
  return undefined;
}

function literal(placeholder: Placeholder, values: ReadonlyMap<string, string>): string {
  const { name, type } = placeholder;
  const value = values.get(name);
  if (value === undefined) {
    throw engineError('UNKNOWN_QUERY_PARAMETER', `Substitution \`${name}\` is not set: send it as param_${name}.`);
  }
  if (type === 'Identifier') return quoteIdentifier(unescape(value));
  if (value === '\\N') {
    if (!/^(?:LowCardinality\()?Nullable\(|^(?:Variant|Dynamic)/.test(type)) {
      throw engineError('BAD_QUERY_PARAMETER', `The parameter ${name} is NULL, but its type ${type} has no NULL.`);
    }
    return `_CAST(NULL, ${quoteString(type)})`;
  }
  if (type === 'String') return quoteString(unescape(value));
  // In arrays, maps and tuples the escapes belong to the quoted strings inside and are read by the engine.
  const text = /^(?:Array|Map|Tuple|Nested)\(/.test(type) ? value : unescape(value);
  if (/\bMap\(/.test(type)) {
    // The engine reads no map from a string, but a list of pairs, and turns that into the map.
    const pairs = `_CAST(${quoteString(mapsAsPairs(text))}, ${quoteString(mapTypesAsPairs(type))})`;
    return `_CAST(${pairs}, ${quoteString(type)})`;
  }
  return `_CAST(${quoteString(text)}, ${quoteString(type)})`;
}

/** `{'a':1,'b':{}}` as `[('a',1),('b',[])]`, at every depth. */
function mapsAsPairs(value: string): string {
  const open: string[] = [];
  let text = '';
  for (const token of lex(value)) {
    const part = value.slice(token.start, token.end);
    const inMap = open.at(-1) === '{';
    if (part === '{') text += /^\s*\}/.test(value.slice(token.end)) ? '[' : '[(';
    else if (part === '}') text += text.endsWith('[') ? ']' : ')]';
    else if (inMap && part === ':') text += ',';
    else if (inMap && part === ',') text += '),(';
    else text += part;
    if ('{[('.includes(part)) open.push(part);
    else if ('}])'.includes(part)) open.pop();
  }
  return text;
}

/** `Map(K, V)` as `Array(Tuple(K, V))`, at every depth. */
function mapTypesAsPairs(type: string): string {
  const closing: string[] = [];
  let text = '';
  let word = '';
  for (const token of lex(type)) {
    const part = type.slice(token.start, token.end);
    if (part === '(') closing.push(word === 'Map' ? '))' : ')');
    if (part === '(' && word === 'Map') text = `${text.slice(0, -'Map'.length)}Array(Tuple(`;
    else if (part === ')') text += closing.pop() ?? ')';
    else text += part;
    word = part;
  }
  return text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  r: '\r',
  n: '\n',
  t: '\t',
  0: '\0',
  a: '\x07',
  v: '\v',
};

/** Text as the official client escapes it (TSV), back to what it means. */
function unescape(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(?:x([0-9A-Fa-f]{2})|([^]))/g, (_all, hex: string | undefined, sign: string | undefined) =>
    hex === undefined ? (ESCAPES[sign ?? ''] ?? sign ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escape(text: string, quote: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\0', '\\0');
}
