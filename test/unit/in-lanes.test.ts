import { expect, test } from 'vitest';
import { eachInLanes, inLanes } from '../../main/in-lanes.ts';

/** Work that ends when it is let go, and what of it has begun. */
function heldWork() {
  const begun: number[] = [];
  const held = new Map<number, () => void>();
  const work = (item: number): Promise<string> => {
    begun.push(item);
    return new Promise((resolve) => held.set(item, () => resolve(`did ${item}`)));
  };
  const end = async (item: number): Promise<void> => {
    held.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, work, end };
}

test('as many as there are lanes go on at once, and the next begins when one has ended', async () => {
  const { begun, work, end } = heldWork();
  const all = eachInLanes([1, 2, 3, 4], 2, work);
  // At once, as without lanes.
  expect(begun).toEqual([1, 2]);
  await end(2);
  expect(begun).toEqual([1, 2, 3]);
  await end(3);
  await end(1);
  await end(4);
  // In the order of the items, not in that of their ends.
  expect(await all).toEqual(['did 1', 'did 2', 'did 3', 'did 4']);
  expect(await eachInLanes([], 2, work)).toEqual([]);
});

test('what is still being listed is taken only when there is room for it', async () => {
  const { begun, work, end } = heldWork();
  let taken = 0;
  const listed = async function* () {
    for (const item of [1, 2, 3]) {
      taken += 1;
      yield item;
    }
  };
  const all = inLanes(listed(), 2, async (item) => void (await work(item)));
  await end(0);
  expect([begun, taken]).toEqual([[1, 2], 2]);
  for (const item of [1, 2, 3]) await end(item);
  await all;
  expect([begun, taken]).toEqual([[1, 2, 3], 3]);
});
