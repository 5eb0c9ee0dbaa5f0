import { expect, test } from 'vitest';
import { initialOrder, receiveBatch, receiveSnapshot } from '../../../shared/contract/batch-order.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';

const event = (atMs: number): EngineEvent => ({
  type: 'transfers.speed',
  sample: { atMs, upBytesPerSecond: 0, downBytesPerSecond: 0 },
});
const batch = (seq: number) => ({ seq, events: [event(seq)] });
const times = (events: readonly EngineEvent[]) =>
  events.map((one) => (one.type === 'transfers.speed' ? one.sample.atMs : -1));

test('batches before the snapshot are kept, and only those after it are applied', () => {
  let order = initialOrder;
  for (const seq of [3, 4, 5]) order = receiveBatch(order, batch(seq)).order;
  const step = receiveSnapshot(order, 4);
  expect(times(step.events)).toEqual([5]);
  expect(step.order).toEqual({ seq: 5, kept: [] });
  expect(step.needsSnapshot).toBe(false);
});

test('kept batches that came in disorder or twice are applied once and in order', () => {
  let order = initialOrder;
  for (const seq of [7, 6, 7, 5]) order = receiveBatch(order, batch(seq)).order;
  expect(times(receiveSnapshot(order, 4).events)).toEqual([5, 6, 7]);
});

test('a replayed batch changes nothing', () => {
  const { order } = receiveSnapshot(initialOrder, 10);
  const step = receiveBatch(order, batch(9));
  expect(step).toEqual({ order, events: [], needsSnapshot: false });
});

test('a gap asks for a snapshot once and loses nothing that comes meanwhile', () => {
  const { order } = receiveSnapshot(initialOrder, 10);
  const gap = receiveBatch(order, batch(12));
  expect(gap.needsSnapshot).toBe(true);
  const meanwhile = receiveBatch(gap.order, batch(13));
  expect(meanwhile.needsSnapshot).toBe(false);
  const step = receiveSnapshot(meanwhile.order, 11);
  expect(times(step.events)).toEqual([12, 13]);
});

test('a gap among the kept batches asks again, and what is before it is applied', () => {
  let order = initialOrder;
  for (const seq of [5, 7]) order = receiveBatch(order, batch(seq)).order;
  const step = receiveSnapshot(order, 4);
  expect(times(step.events)).toEqual([5]);
  expect(step.needsSnapshot).toBe(true);
  expect(times(receiveSnapshot(step.order, 6).events)).toEqual([7]);
});
