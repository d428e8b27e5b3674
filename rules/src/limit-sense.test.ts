import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, senselessLimit } from './limit-sense.ts';
import { quantity } from './quantity.ts';
import { breaches, parseLimit, type Unit } from './threshold.ts';

function limitOf(text: string) {
  const limit = parseLimit(text);
  if (typeof limit === 'string') throw new Error(limit);
  return limit;
}

describe('a limit that nothing or everything breaches is senseless', () => {
  test.each<[string, Unit, string]>([
    ['> 100%', 'share', 'this is never so: a share lies between 0% and 100%'],
    ['> 1', 'share', 'this is never so'],
    ['< 0', 'share', 'this is never so'],
    ['>= 0', 'share', 'this is always so: a share lies between 0% and 100%, and nothing can be below 0%'],
    ['<= 100%', 'share', 'this is always so'],
    ['between 0 and 1', 'share', 'this is always so'],
    ['< 0', 'count', 'this is never so: a count is a whole number from 0 to 2^64'],
    ['= 2.5', 'count', 'this is never so'],
    ['> 1e999', 'count', 'this is never so'],
    ['between 2.1 and 2.9', 'count', 'this is never so'],
    ['> -1', 'count', 'this is always so'],
    ['!= 2.5', 'count', 'this is always so'],
  ])('%s of a %s', (text, unit, words) => {
    expect(senselessLimit(limitOf(text), unit)).toContain(words);
  });

  test.each<[string, Unit]>([
    ['> 0', 'share'],
    ['>= 100%', 'share'],
    ['= 0', 'count'],
    ['!= 0', 'count'],
    ['> 0.5', 'count'],
    ['< 0', 'number'],
    ['>= 0', 'number'],
    ['< 0 seconds', 'seconds'],
    ['not between 10 and 20', 'count'],
  ])('%s of a %s is not', (text, unit) => {
    expect(senselessLimit(limitOf(text), unit)).toBeUndefined();
  });
});

describe('a warning is reached only where no failure is', () => {
  test.each<[string, string, Unit, boolean]>([
    ['> 1%', '> 5%', 'share', true],
    ['> 5%', '> 1%', 'share', false],
    ['> 5%', '> 5%', 'share', true],
    ['> 5%', '>= 5%', 'share', false],
    ['> 0', '>= 1', 'count', true],
    ['< 100', '< 50', 'count', true],
    ['< 100', '< 500', 'count', false],
    ['not between 0 and 10', 'not between -5 and 15', 'number', true],
    ['not between -5 and 15', 'not between 0 and 10', 'number', false],
    ['!= 5', '> 7', 'number', true],
    ['!= 5', 'between 4 and 6', 'number', false],
    ['> 5', '< 3', 'number', false],
  ])('a failure %s covers the warning %s of a %s: %s', (fail, warn, unit, unreachable) => {
    expect(covers(limitOf(fail), limitOf(warn), unit)).toBe(unreachable);
  });

  test('as a trial with many values finds it', () => {
    const bound = fc.integer({ min: -3, max: 6 }).map((half) => String(half / 2));
    const limit = fc.oneof(
      fc
        .tuple(fc.constantFrom('>', '>=', '<', '<=', '=', '!='), bound)
        .map(([operator, value]) => `${operator} ${value}`),
      fc
        .tuple(fc.constantFrom('', 'not '), bound, bound)
        .filter(([, low, high]) => Number(low) <= Number(high))
        .map(([not, low, high]) => `${not}between ${low} and ${high}`),
    );
    // Steps of a quarter meet every bound and the middle between two; the ends stand for whatever lies beyond.
    const quarters = Array.from({ length: 81 }, (_, step) => quantity(BigInt(step - 40), 4n));
    const whole = quarters.filter(({ numerator }) => numerator % 4n === 0n && numerator >= 0n);
    fc.assert(
      fc.property(limit, limit, fc.constantFrom<Unit>('number', 'count'), (one, other, unit) => {
        const values = unit === 'count' ? whole : quarters;
        const [outer, inner] = [limitOf(one), limitOf(other)];
        const tried = values.every((value) => !breaches(inner, value) || breaches(outer, value));
        expect(covers(outer, inner, unit)).toBe(tried);
        const breached = values.filter((value) => breaches(outer, value)).length;
        expect(senselessLimit(outer, unit) !== undefined).toBe(breached === 0 || breached === values.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
