import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampSize, closesAt, sizeAfterKey, splitLimits } from '../../../../renderer/ui/split-pane/split-size.ts';

const press = (key: string, shiftKey = false) => ({ key, shiftKey });

describe('the size of a pane', () => {
  it('leaves the other pane its least size, but keeps its own', () => {
    expect(splitLimits(200, 600, 1000, 300)).toEqual({ minPx: 200, maxPx: 600 });
    expect(splitLimits(200, 600, 700, 300)).toEqual({ minPx: 200, maxPx: 400 });
    expect(splitLimits(200, undefined, 1000, 300)).toEqual({ minPx: 200, maxPx: 700 });
    expect(splitLimits(200, 600, 400, 300)).toEqual({ minPx: 200, maxPx: 200 });
  });

  it('is known before the window is measured', () => {
    expect(clampSize(300, splitLimits(200, 600, 0, 300))).toBe(300);
  });

  it('closes below half of its least size only', () => {
    const limits = { minPx: 200, maxPx: 600 };
    expect(closesAt(99, limits)).toBe(true);
    expect(closesAt(100, limits)).toBe(false);
  });

  it('follows the keys', () => {
    const limits = { minPx: 200, maxPx: 600 };
    const after = (key: string, shift = false) =>
      sizeAfterKey(press(key, shift), 300, 'ArrowRight', 'ArrowLeft', limits);
    expect(after('ArrowRight')).toBe(316);
    expect(after('ArrowLeft', true)).toBe(236);
    expect(after('Home')).toBe(200);
    expect(after('End')).toBe(600);
    expect(after('ArrowUp')).toBeNull();
  });

  it('never leaves its limits by key', () => {
    const keys = fc.constantFrom('ArrowRight', 'ArrowLeft', 'Home', 'End');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.array(fc.tuple(keys, fc.boolean())), (total, presses) => {
        const limits = splitLimits(180, 480, total, 320);
        let px = clampSize(220, limits);
        for (const [key, shift] of presses) {
          px = sizeAfterKey(press(key, shift), px, 'ArrowRight', 'ArrowLeft', limits) ?? px;
          expect(px).toBeGreaterThanOrEqual(limits.minPx);
          expect(px).toBeLessThanOrEqual(limits.maxPx);
        }
      }),
    );
  });
});
