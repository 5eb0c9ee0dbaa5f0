import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  settled,
  shiftAfterScroll,
  shiftAt,
  slotCount,
  slotFor,
  type Stretch,
  stretchFor,
  stretchRows,
  topRowShowing,
} from '../../renderer/ui/grid/scroll-stretch.ts';

/** Evenly spread, as fast-check's doubles are not. */
const millionths = (min: number, max: number) => fc.integer({ min, max }).map((part) => part / 1_000_000);
const counts = fc.oneof(
  fc.integer({ min: 1, max: 2000 }),
  fc.integer({ min: stretchRows - 3, max: stretchRows + 3 }),
  fc.integer({ min: stretchRows, max: 10_000_000 }),
);
const views = fc.integer({ min: 4, max: 480 }).map((quarters) => quarters / 4);
/** A list, a view of it, and a place in it. */
const places = fc
  .tuple(
    counts,
    views,
    fc.oneof(fc.constantFrom(0, 1), millionths(0, 1000), millionths(999_000, 1_000_000), millionths(0, 1_000_000)),
  )
  .map(([count, view, fraction]) => ({ count, view: Math.min(view, count), fraction }));

/** Of the possible ones; the ends of the element are where it matters. */
const shifts = fc.oneof(fc.constant(0), fc.constant(1), millionths(0, 1_000_000));

const lastSlot = (count: number, view: number) => slotCount(count) - view;
const rowOf = (at: Stretch) => at.topSlot + at.shiftRows;

function expectInside(at: Stretch, count: number, view: number): void {
  expect(at.shiftRows).toBeGreaterThanOrEqual(0);
  expect(at.shiftRows).toBeLessThanOrEqual(Math.max(0, count - stretchRows));
  expect(at.topSlot).toBeGreaterThan(-1e-6);
  expect(at.topSlot).toBeLessThan(lastSlot(count, view) + 1e-6);
}

describe('scrolling any number of rows', () => {
  it('has the first row at the start of the scroll bar and the last at its end', () => {
    fc.assert(
      fc.property(places, ({ count, view }) => {
        expect(shiftAt(0, count, view)).toBe(0);
        const end = lastSlot(count, view);
        expect(end + shiftAt(end, count, view)).toBeCloseTo(count - view, 6);
      }),
    );
  });

  it('shows later rows further down the scroll bar', () => {
    fc.assert(
      fc.property(places, millionths(0, 1_000_000), ({ count, view, fraction }, other) => {
        const [a, b] = [Math.min(fraction, other), Math.max(fraction, other)].map((f) => f * lastSlot(count, view));
        if (a === undefined || b === undefined) return;
        expect(a + shiftAt(a, count, view)).toBeLessThanOrEqual(b + shiftAt(b, count, view));
      }),
    );
  });

  it('finds the place of every row', () => {
    fc.assert(
      fc.property(places, ({ count, view, fraction }) => {
        const row = fraction * (count - view);
        const slot = slotFor(row, count, view);
        const perSlot = Math.max(1, count / stretchRows);
        expect(Math.abs(slot + shiftAt(slot, count, view) - row)).toBeLessThan(perSlot + 1);
      }),
    );
  });

  it('goes to every row exactly, from wherever it is', () => {
    fc.assert(
      fc.property(places, millionths(0, 1_000_000), ({ count, view, fraction }, target) => {
        const from = stretchFor(fraction * count, { topSlot: 0, shiftRows: 0 }, count, view);
        expectInside(from, count, view);
        const wanted = Math.floor(target * (count - view));
        const to = stretchFor(wanted, from, count, view);
        expectInside(to, count, view);
        expect(rowOf(to)).toBeCloseTo(Math.max(0, wanted), 6);
      }),
    );
  });

  it('moves by as much as the wheel, to both ends, however long it turns', () => {
    fc.assert(
      fc.property(
        places,
        fc.array(
          fc.integer({ min: -150, max: 150 }).map((tenths) => tenths / 10),
          { maxLength: 60 },
        ),
        fc.boolean(),
        shifts,
        ({ count, view, fraction }, turns, rests, shift) => {
          // Wherever long turning may have led: any place of the element with any shift.
          const most = Math.max(0, count - stretchRows);
          const drifted = { topSlot: fraction * lastSlot(count, view), shiftRows: Math.round(shift * most) };
          let at = settled(drifted, count, view, false) ?? drifted;
          expect(rowOf(at)).toBeCloseTo(rowOf(drifted), 6);
          for (const turn of turns) {
            const before = rowOf(at);
            // The browser keeps the element's own limits.
            const topSlot = Math.min(lastSlot(count, view), Math.max(0, at.topSlot + turn * Math.min(view, 10)));
            const shiftRows = shiftAfterScroll(at, topSlot, count, view, true);
            const moved = { topSlot, shiftRows };
            at = settled(moved, count, view, rests) ?? moved;
            expectInside(at, count, view);
            expect(rowOf(at)).toBeCloseTo(rowOf(moved), 6);
            expect(rowOf(at)).toBeCloseTo(Math.min(count - view, Math.max(0, before + turn * Math.min(view, 10))), 6);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('stays where it is when it rests at its place already', () => {
    fc.assert(
      fc.property(places, ({ count, view, fraction }) => {
        const topSlot = fraction * lastSlot(count, view);
        const at = { topSlot, shiftRows: shiftAt(topSlot, count, view) };
        const next = settled(at, count, view, true);
        // A place is a row wide; nothing that could be seen moves.
        expect(Math.abs((next ?? at).topSlot - at.topSlot)).toBeLessThan(2 * view + 2);
      }),
    );
  });

  it('brings a row into view with the least movement', () => {
    fc.assert(
      fc.property(places, fc.nat(10_000_000), ({ count, view, fraction }, wanted) => {
        fc.pre(view >= 1);
        const row = wanted % count;
        const top = fraction * (count - view);
        const next = topRowShowing(row, top, view);
        expect(next).toBeLessThanOrEqual(row + 1e-6);
        expect(next + view).toBeGreaterThanOrEqual(row + 1 - 1e-6);
        if (row >= top && row + 1 <= top + view) expect(next).toBe(top);
      }),
    );
  });
});
