import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowWindow } from './row-window.ts';

const rowHeight = 28;

describe('the window over many rows', () => {
  test('the top shows the first row and the bottom the last, however many there are', () => {
    const lists = fc.record({
      total: fc.integer({ min: 1, max: 2_000_000_000 }),
      viewport: fc.integer({ min: 100, max: 2000 }),
    });
    fc.assert(
      fc.property(lists, ({ total, viewport }) => {
        const top = rowWindow({ scrollTop: 0, viewport, total, rowHeight });
        expect(top.first).toBe(0);
        const bottom = rowWindow({ scrollTop: Math.max(0, top.height - viewport), viewport, total, rowHeight });
        expect(bottom.first + bottom.count).toBe(total);
      }),
    );
  });

  test('what is drawn always covers the viewport and stays within the list', () => {
    const scrolls = fc.record({
      total: fc.integer({ min: 100, max: 50_000_000 }),
      viewport: fc.integer({ min: 100, max: 1500 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(scrolls, ({ total, viewport, share }) => {
        const { height } = rowWindow({ scrollTop: 0, viewport, total, rowHeight });
        const scrollTop = share * Math.max(0, height - viewport);
        const shown = rowWindow({ scrollTop, viewport, total, rowHeight });
        const bottom = Math.min(scrollTop + viewport, height);
        expect(shown.top).toBeLessThanOrEqual(scrollTop + 1);
        expect(shown.top + shown.count * rowHeight).toBeGreaterThanOrEqual(bottom - 1);
        expect(shown.top + shown.count * rowHeight).toBeLessThanOrEqual(height + 1);
      }),
    );
  });

  test('no rows draw nothing', () => {
    expect(rowWindow({ scrollTop: 0, viewport: 500, total: 0, rowHeight })).toEqual({
      height: 0,
      first: 0,
      count: 0,
      top: 0,
    });
  });
});
