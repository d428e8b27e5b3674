import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareQuantities, formatQuantity, formatShare, parseQuantity, quantity } from './quantity.ts';
import { breaches, describeExpected, parseLimit, thresholds, unitProblem, type Unit } from './threshold.ts';

function limitOf(text: string) {
  const limit = parseLimit(text);
  if (typeof limit === 'string') throw new Error(limit);
  return limit;
}

describe('a threshold says what is wrong', () => {
  test.each<[string, Unit, string, boolean]>([
    ['> 5%', 'share', '0.05', false],
    ['> 5%', 'share', '0.0500000000000000001', true],
    ['>= 5 %', 'share', '0.05', true],
    ['> 0', 'count', '0', false],
    ['> 0', 'count', '1', true],
    ['< 10', 'count', '9.999999999999999999', true],
    ['<= 10', 'number', '10', true],
    ['= 0.1', 'number', '0.10', true],
    ['== 0.1', 'number', '0.1000000000000000000001', false],
    ['!= 2.5', 'number', '2.5', false],
    ['<> 2.5', 'number', '2.6', true],
    ['between 10 and 20', 'number', '20', true],
    ['not between 10 and 20', 'number', '20', false],
    ['NOT BETWEEN -1.5 AND 20', 'number', '-1.51', true],
    ['> 9007199254740993', 'number', '9007199254740993.5', true],
    ['> 24 hours', 'seconds', '86400', false],
    ['> 1.5 days', 'seconds', '129601', true],
    ['> 1e3', 'number', '1001', true],
  ])('%s on a %s of %s: %s', (text, unit, value, wrong) => {
    const limit = limitOf(text);
    expect(unitProblem(limit, unit)).toBeUndefined();
    expect(breaches(limit, parseQuantity(value) ?? quantity(0n))).toBe(wrong);
  });

  test.each([
    ['5%', 'is not a threshold'],
    ['> many', 'is not a threshold'],
    ['between 1', 'is not a threshold'],
    ['between 20 and 10', 'the wrong way round'],
    ['between 5% and 10', 'two different units'],
    ['', 'is not a threshold'],
    ['> 1 > 2', 'is not a threshold'],
  ])('%s is none', (text, message) => {
    expect(parseLimit(text)).toContain(message);
    expect(thresholds.safeParse({ value: text }).success).toBe(false);
  });

  test.each<[string, Unit, string]>([
    ['> 5%', 'count', 'a percentage can only be compared with `share`'],
    ['> 5', 'share', 'a share is at most 1, which is 100%; write `5%` if percent is meant'],
    ['> 500%', 'share', 'a share is at most 100%, never 500%'],
    ['> 24 hours', 'number', 'a duration can only be compared with an age'],
    ['> 24', 'seconds', 'write its unit'],
    ['> 2024-01-01', 'number', 'a time can only be compared with a time'],
    ['> 5', 'time', 'this value is a time'],
  ])('%s does not fit a %s', (text, unit, message) => {
    expect(unitProblem(limitOf(text), unit)).toContain(message);
  });

  test.each<[string, Unit, string]>([
    ['> 5%', 'share', 'at most 5%'],
    ['>= 1000', 'count', 'below 1,000'],
    ['< 10', 'count', 'at least 10'],
    ['not between 10 and 20', 'number', 'between 10 and 20'],
    ['> 36 h', 'seconds', 'at most 1.5 days'],
    ['< 2024-01-01', 'time', 'at least 2024-01-01T00:00:00Z'],
  ])('%s expects', (text, unit, expected) => {
    expect(describeExpected(limitOf(text), unit)).toBe(expected);
  });

  test('an empty one says nothing', () => {
    expect(thresholds.safeParse({}).success).toBe(false);
    expect(thresholds.safeParse({ share: '> 1%', shaer: '> 1%' }).success).toBe(false);
  });
});

describe('quantities are exact', () => {
  const decimalText = fc
    .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(30))
    .map(([digits, places]) => {
      const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
      const point = text.length - places;
      return `${digits < 0n ? '-' : ''}${text.slice(0, point)}${places > 0 ? `.${text.slice(point)}` : ''}`;
    });

  test('what is read is what is written', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const value = parseQuantity(text);
        const again = parseQuantity(formatQuantity(value ?? quantity(0n), 40));
        expect(value && again && compareQuantities(value, again)).toBe(0);
      }),
    );
  });

  test.each(['nan', 'inf', '-inf', '', '1,5', '0x10', '1e', '--1', '1 2'])('%s is no number', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test('a share above zero never reads as 0%, one below 1 never as 100%', () => {
    expect(formatShare(quantity(1n, 1_000_000n))).toBe('0.0001%');
    expect(formatShare(quantity(999_999n, 1_000_000n))).toBe('99.9999%');
    expect(formatShare(quantity(1n, 10n ** 15n))).toBe('<0.00000001%');
    expect(formatShare(quantity(1n, 3n))).toBe('33.33%');
    expect(formatShare(quantity(0n, 3n))).toBe('0%');
  });
});
