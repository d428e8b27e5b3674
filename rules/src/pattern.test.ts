import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patternProblem, patternRefusal } from './pattern.ts';
import { rowsOf } from './testing.ts';
import { sql } from './sql.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

// `match` looks for plain text by itself where it takes a pattern for one; this asks RE2 always.
async function refusal(pattern: string, ask = sql`replaceRegexpOne(materialize('abc'), ${pattern}, '')`) {
  try {
    await rowsOf(engine, sql`SELECT ${ask} AS found`.text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a pattern that RE2 does not take is refused in words, before the engine refuses it', () => {
  test.each([
    ['(a', 'a ( is never closed'],
    ['a)', 'a ) closes nothing'],
    ['[a', 'a [ without its ]'],
    ['[]', 'a [ without its ]'],
    ['[z-a]', 'from a later to an earlier character'],
    ['*a', '* repeats nothing here'],
    ['(?:+)', '+ repeats nothing here'],
    ['a|?', '? repeats nothing here'],
    ['{2}', '{2} repeats nothing here'],
    ['a**', 'a repetition is repeated'],
    ['a++', 'a repetition is repeated'],
    ['a{2}{3}', 'a repetition is repeated'],
    ['a{1001}', 'more than the 1,000 times'],
    ['a{3,2}', 'the wrong way round'],
    ['(a)\\1', 'no back-references such as \\1'],
    ['a\\', 'ends with a lone backslash'],
    ['a\\Z', 'write \\z'],
    ['\\y', '\\y means nothing in RE2'],
    ['(?=a)', 'look-ahead'],
    ['(?<!a)', 'look-behind'],
    ['(?>a)', 'atomic groups'],
    ['(?#a)', 'no comments'],
    ['(?P=a)', 'named groups'],
    ['(?x)a b', 'extended mode'],
    ['(?q)a', 'after (? RE2 knows'],
  ])('%s: %s', async (pattern, words) => {
    expect(patternProblem(pattern)).toContain(words);
    expect(await refusal(pattern)).toBeDefined();
  });

  test.each([
    '^[A-Z]{2}[0-9]{2}(?:[ ]?[0-9A-Z]{4}){3,7}$',
    '[[:alpha:]]+',
    '[]a]',
    '[^]a]',
    'a{,5}',
    'a{b}',
    '\\Q(((\\E',
    '(?i)a',
    '(?i:a)',
    '(?P<year>\\d{4})',
    'a+?b*?',
    '\\x{41}\\pL\\p{Greek}',
    '(?:a+)*',
    '^*',
    '[a\\]b]',
  ])('%s is taken', async (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
    expect(await refusal(pattern)).toBeUndefined();
  });

  test('nothing that RE2 takes is refused', async () => {
    const piece = fc.constantFrom(
      ...'a|b|(|)|[|]|{2}|{|}|*|+|?|^|$|.|-|\\d|\\(|\\]|(?:|(?i)|(?i:|[^|[:alpha:]|\\|1|,|{1,2}|:|='.split('|'),
      '|',
    );
    const patterns = fc.sample(
      fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join('')),
      { numRuns: 400, seed: 7 },
    );
    const refused = patterns.filter((pattern) => patternProblem(pattern) !== undefined);
    expect(refused.length).toBeGreaterThan(100);
    for (const pattern of refused) expect([pattern, typeof (await refusal(pattern))]).toEqual([pattern, 'string']);
  });
});

test('what only the engine finds is cut out of its words', async () => {
  const words = patternRefusal((await refusal('', sql`match(materialize('abc'), '\\\\p{Nothing}')`)) ?? '');
  expect(words).toBe(
    'RE2, the language of patterns here, does not take it: invalid character class range: \\p{Nothing}',
  );
  expect(patternRefusal('Unknown table')).toBeUndefined();
});
