import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isBlank, lex } from './lexer.ts';

function kinds(sql: string): string[] {
  return [...lex(sql)]
    .filter((token) => token.kind !== 'space')
    .map((token) => `${token.kind}:${sql.slice(token.start, token.end)}`);
}

it.each([
  ["'it''s' 'a\\'b'", ["string:'it''s'", "string:'a\\'b'"]],
  ['"a""b" `c\\`d`', ['quoted:"a""b"', 'quoted:`c\\`d`']],
  ['$$a;b$$ $t$ $$ $t$', ['string:$$a;b$$', 'string:$t$ $$ $t$']],
  ['$a$ x', ['word:$a$', 'word:x']],
  ['1 /* a /* b */ c */ + 2', ['word:1', 'comment:/* a /* b */ c */', 'sign:+', 'word:2']],
  [
    '1 --x\n2 #!y\n3 # z\n4 // w\n5',
    ['word:1', 'comment:--x', 'word:2', 'comment:#!y', 'word:3', 'comment:# z', 'word:4', 'comment:// w', 'word:5'],
  ],
  ['#x', ['sign:#', 'word:x']],
  ['‘it’ “x”', ['string:‘it’', 'quoted:“x”']],
  ["'open", ["string:'open"]],
  ['/* open', ['comment:/* open']],
])('cuts %j as ClickHouse does', (sql, expected) => {
  expect(kinds(sql)).toEqual(expected);
});

const piece = fc.oneof(
  fc.constantFrom(
    "'",
    '"',
    '`',
    '\\',
    '$',
    '$$',
    '/*',
    '*/',
    '--',
    '#',
    '\n',
    ';',
    '{',
    '}',
    ':',
    'a',
    '‘',
    '’',
    "''",
    '0',
  ),
  fc.string({ maxLength: 3 }),
);
const anyText = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

it('covers any text without gap or overlap', () => {
  fc.assert(
    fc.property(anyText, (sql) => {
      let at = 0;
      for (const token of lex(sql)) {
        expect(token.start).toBe(at);
        expect(token.end).toBeGreaterThan(token.start);
        at = token.end;
      }
      expect(at).toBe(sql.length);
    }),
  );
});

it('never takes the inside of a string, a name or a comment for structure', () => {
  const inside = anyText.filter((text) => !/\*\/|\/\*/.test(text));
  const wrapped = fc.oneof(
    anyText.map((text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
    anyText.map((text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`),
    anyText.map((text) => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '``')}\``),
    anyText.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
    anyText.map((text) => `$end$${text.replaceAll('$', '')}$end$`),
    inside.map((text) => `/*${text.replaceAll('*', '').replaceAll('/', '')}*/`),
    anyText.map((text) => `--${text.replaceAll('\n', '')}\n`),
  );
  fc.assert(
    fc.property(fc.array(wrapped, { minLength: 1, maxLength: 5 }), (parts) => {
      const sql = parts.join(' + ');
      const structure = [...lex(sql)].filter(
        (token) => !isBlank(token) && token.kind !== 'string' && token.kind !== 'quoted',
      );
      expect(structure.map((token) => sql.slice(token.start, token.end))).toEqual(parts.slice(1).map(() => '+'));
    }),
  );
});
