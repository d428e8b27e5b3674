import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleOf } from './value-scale.ts';

const usual = [10, 11, 12, 10, 11, 12, 11, 10];

describe('the scale of a chart of values', () => {
  test('is that of the usual values and their limits when one value is far off, which stands beyond it', () => {
    const scale = scaleOf([...usual, 90_000], [8, 14], false);
    expect(scale).toMatchObject({ low: 8 - 6 * 0.12, high: 14 + 6 * 0.12, bottom: 100 });
    expect(scale.top).toBeGreaterThan(0);
    expect(scale.place(scale.high)).toBeCloseTo(scale.top);
    expect(scale.place(90_000)).toBeCloseTo(scale.top / 2);
    expect(scale.place(8)).toBeLessThan(100);
  });

  test('has room at both ends when values are far off at both', () => {
    const { top, bottom, place } = scaleOf([...usual, ...usual, -5_000, 90_000, 90_001], [], false);
    expect([top > 0, bottom < 100]).toEqual([true, true]);
    expect([place(90_001) < top, place(-5_000) > bottom]).toEqual([true, true]);
  });

  test('keeps what is a few times further away, and what a quarter of the values has', () => {
    expect(scaleOf([...usual, 18], [], false)).toMatchObject({ top: 0, bottom: 100 });
    expect(scaleOf([...usual, 900, 901, 902], [], false)).toMatchObject({ top: 0, bottom: 100 });
  });

  test('keeps a value that stands alone against values that are all alike, unless there are limits to see', () => {
    expect(scaleOf([5, 5, 5, 900], [], false).high).toBeGreaterThan(900);
    expect(scaleOf([5, 5, 5, 900], [4, 6], false).high).toBeLessThan(7);
  });

  test('stretches for a limit that is near, not for one far off', () => {
    expect(scaleOf(usual, [20], false).high).toBeGreaterThan(20);
    expect(scaleOf(usual, [2_000], false).high).toBeLessThan(13);
  });

  test('begins at zero where it should, and has round ticks where they stand', () => {
    const { low, ticks, place } = scaleOf([40, 50], [], true);
    expect(low).toBe(0);
    expect(ticks.map(({ value }) => value)).toEqual([0, 20, 40]);
    expect(ticks.map(({ top }) => top)).toEqual([0, 20, 40].map(place));
  });

  test('has a place for every value, higher ones never below lower ones, and most of them within it', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 60 });
    const limits = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { maxLength: 4 });
    fc.assert(
      fc.property(values, limits, fc.boolean(), (measured, ends, fromZero) => {
        const { place, top, bottom, low, high } = scaleOf(measured, ends, fromZero);
        const places = measured.toSorted((a, b) => a - b).map(place);
        expect(places.every((at) => at >= 0 && at <= 100)).toBe(true);
        expect(places.every((at, index) => index === 0 || at <= (places[index - 1] ?? 0) + 1e-9)).toBe(true);
        const beyond = measured.filter((value) => value < low || value > high);
        expect(beyond.length).toBeLessThanOrEqual(measured.length / 3);
        expect(bottom - top).toBeGreaterThan(50);
      }),
      {
        examples: [
          [[-5e-324], [], false],
          [[1e-323, -1.5e-323], [], false],
        ],
      },
    );
  });
});
