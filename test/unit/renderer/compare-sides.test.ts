import { expect, test } from 'vitest';
import { compareSides } from '../../../renderer/features/transfers/compare-sides.ts';

const side = (sizeBytes: number, modifiedMs: number | null) => ({ where: '', sizeBytes, modifiedMs });

test('sides differ by bytes and whole seconds, each seen from its own side', () => {
  expect(compareSides(side(10, 5000), side(4, 2000))).toEqual({ bytes: 6, seconds: 3 });
  expect(compareSides(side(4, 2000), side(10, 5000))).toEqual({ bytes: -6, seconds: -3 });
  // Servers keep whole seconds: the part below says nothing.
  expect(compareSides(side(1, 5999), side(1, 5000)).seconds).toBe(0);
  expect(compareSides(side(1, 5000), side(1, 5999)).seconds).toBe(0);
  expect(compareSides(side(1, null), side(1, 1)).seconds).toBeNull();
});
