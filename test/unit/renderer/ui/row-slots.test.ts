import { array, assert, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { assignSlots, noSlots, type RowSlots } from '../../../../renderer/ui/grid/row-slots.ts';

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const still = { from: 0, to: 0 };

test('rows that come take the elements of those that went', () => {
  const before = assignSlots(noSlots, rows(0, 4), still);
  expect([...before]).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  const after = assignSlots(before, [0, 3, 4, 5], still);
  expect([...after]).toEqual([
    [0, 0],
    [3, 3],
    [4, 1],
    [5, 2],
  ]);
  expect(assignSlots(after, [0, 3, 4, 5], still)).toBe(after);
});

test('the row that the cursor goes to has another element than the one it comes from', () => {
  const before = assignSlots(noSlots, [7], { from: 7, to: 7 });
  expect(assignSlots(before, [70], { from: 7, to: 70 }).get(70)).not.toBe(before.get(7));
});

test('in any sequence of windows each row has an element of its own, and no element moves before one that stays', () => {
  const windows = array(record({ from: nat(60), length: integer({ min: 1, max: 12 }), cursor: nat(80) }), {
    maxLength: 20,
  });
  assert(
    property(windows, (sequence) => {
      let slots: RowSlots = noSlots;
      let cursor = 0;
      for (const next of sequence) {
        const shown = [...new Set([...rows(next.from, next.from + next.length), next.cursor])].sort((a, b) => a - b);
        const before = slots;
        slots = assignSlots(before, shown, { from: cursor, to: next.cursor });
        expect([...slots.keys()]).toEqual(shown);
        expect(new Set(slots.values()).size).toBe(shown.length);
        const order = [...before.values()];
        const staying = shown.filter((index) => before.has(index));
        for (const index of staying) expect(slots.get(index)).toBe(before.get(index));
        for (const [at, index] of shown.entries()) {
          const old = order.indexOf(slots.get(index) as number);
          if (old < 0 || before.has(index)) continue;
          for (const later of shown.slice(at + 1).filter((each) => before.has(each))) {
            expect(order.indexOf(before.get(later) as number)).toBeGreaterThan(old);
          }
        }
        if (next.cursor !== cursor && !before.has(next.cursor)) {
          expect(slots.get(next.cursor)).not.toBe(before.get(cursor));
        }
        cursor = next.cursor;
      }
    }),
  );
});
