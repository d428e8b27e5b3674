import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EngineError } from './errors.ts';
import { isBlank, lex } from './lexer.ts';
import { quoteIdentifier, quoteString, renderParameters } from './parameters.ts';

function render(sql: string, values: Record<string, string>): string {
  return renderParameters(sql, new Map(Object.entries(values)));
}

function codeOf(run: () => unknown): number | undefined {
  try {
    run();
    return undefined;
  } catch (cause) {
    if (cause instanceof EngineError) return cause.code;
    throw cause;
  }
}

it.each([
  ['{a: String}', { a: "it\\'s\\n\\\\" }, "'it\\'s\n\\\\'"],
  ['{a:UInt8}+{ a : Int64 }', { a: '-1' }, "_CAST('-1', 'UInt8')+_CAST('-1', 'Int64')"],
  ['{a: Array(String)}', { a: "['x\\'y']" }, "_CAST('[\\'x\\\\\\'y\\']', 'Array(String)')"],
  ['{a: Nullable(String)}', { a: '\\N' }, "_CAST(NULL, 'Nullable(String)')"],
  ['{a: LowCardinality(Nullable(String))}', { a: '\\N' }, "_CAST(NULL, 'LowCardinality(Nullable(String))')"],
  ['{a: Nullable(String)}', { a: '\\\\N' }, "_CAST('\\\\N', 'Nullable(String)')"],
  ["{a: DateTime64(3, 'UTC')}", { a: '1.5' }, "_CAST('1.5', 'DateTime64(3,\\'UTC\\')')"],
  ["{a: Enum8('x}' = 1)}", { a: 'x}' }, "_CAST('x}', 'Enum8(\\'x}\\'=1)')"],
  ['{a: Nested(b UInt8, c String)}', { a: '[]' }, "_CAST('[]', 'Nested(b UInt8,c String)')"],
  ['{t: Identifier}.{t:Identifier}', { t: 'a`b' }, '`a\\`b`.`a\\`b`'],
  [
    "'{a: String}' /* {a: String} */ `{a: String}` $${a: String}$$ -- {a: String}",
    {},
    "'{a: String}' /* {a: String} */ `{a: String}` $${a: String}$$ -- {a: String}",
  ],
  ["SELECT {'a': 1}, map('{b:UInt8}', 2)", {}, "SELECT {'a': 1}, map('{b:UInt8}', 2)"],
  ['{a /* {b: X} */ : /**/ String}', { a: 'x' }, "'x'"],
])('renders %j', (sql, values, expected) => {
  expect(render(sql, values)).toBe(expected);
});

it('refuses a parameter without a value, and NULL where the type has none', () => {
  expect(codeOf(() => render('SELECT {a: String}', { b: 'x' }))).toBe(456);
  expect(codeOf(() => render('SELECT {a: String}', { a: '\\N' }))).toBe(457);
  expect(codeOf(() => render('SELECT {a: Array(Nullable(String))}', { a: '\\N' }))).toBe(457);
});

it('puts any value into one literal, whatever it holds', () => {
  const hostile = fc.array(
    fc.oneof(fc.constantFrom("'", '\\', '`', '"', '{', '}', '$$', '--', '/*', ';', '\n', '\0'), fc.string()),
  );
  fc.assert(
    fc.property(hostile, (parts) => {
      const text = parts.join('');
      for (const quoted of [
        quoteString(text),
        quoteIdentifier(text),
        render('{v: String}', { v: text }),
        render('{v: Identifier}', { v: text }),
      ]) {
        expect(
          [...lex(`${quoted} + 1`)].filter((token) => !isBlank(token)).map((token) => token.end - token.start),
        ).toEqual([quoted.length, 1, 1]);
      }
    }),
  );
});
