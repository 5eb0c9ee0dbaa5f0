import { expect, test } from 'vitest';
import { type BufferPool, createBufferPool } from '../../../main/s3/data-plane/buffer-pool.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

const granuleBytes = 64 * 1024;
const partBytes = 8 * granuleBytes;
const maxIdleBytes = 2 * partBytes;

function setUp() {
  const clock = createManualClock();
  const pool = createBufferPool(maxIdleBytes, clock);
  const given = new Set<ArrayBuffer>();
  /** So many of a size at once, and back again. */
  const pass = (sizeBytes: number, count: number) => {
    for (const buffer of takeAll(pool, sizeBytes, count)) {
      given.add(buffer.buffer);
      pool.give(buffer);
    }
  };
  /** How many of them are not new. */
  const reused = (sizeBytes: number, count: number) =>
    takeAll(pool, sizeBytes, count).filter(({ buffer }) => given.has(buffer)).length;
  return { clock, pool, pass, reused };
}

const takeAll = (pool: BufferPool, sizeBytes: number, count: number) =>
  Array.from({ length: count }, () => pool.take(sizeBytes));

test('parts of one size use the same memory, those of nearly that size too', () => {
  const { pass, reused } = setUp();
  pass(partBytes, 2);
  expect(reused(partBytes - 1, 3)).toBe(2);
});

test('sizes that came once make room for the usual one', () => {
  const { pass, reused } = setUp();
  for (let granules = 1; granules <= 7; granules += 1) pass(granules * granuleBytes - 10, 1);
  pass(partBytes, 2);
  expect(reused(partBytes, 2)).toBe(2);
  for (let granules = 1; granules <= 7; granules += 1) expect(reused(granules * granuleBytes, 1)).toBe(0);
});

test('the usual size stays while others come now and then', () => {
  const { pass, reused } = setUp();
  for (let round = 1; round <= 7; round += 1) {
    pass(partBytes, 1);
    pass(round * granuleBytes, 1);
  }
  expect(reused(partBytes, 1)).toBe(1);
});

test('so much is kept at most, of all sizes together', () => {
  const { pass, reused } = setUp();
  for (const granules of [1, 2, 4]) pass(granules * granuleBytes, 20);
  const kept = [1, 2, 4].map((granules) => reused(granules * granuleBytes, 20) * granules * granuleBytes);
  expect(kept.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(maxIdleBytes);
  pass(maxIdleBytes + 1, 1);
  expect(reused(maxIdleBytes + 1, 1)).toBe(0);
});

test('what nobody has asked for in ten seconds is given back, and no timer stays', () => {
  const { clock, pass, reused } = setUp();
  pass(partBytes, 1);
  clock.advance(9_000);
  pass(granuleBytes, 1);
  clock.advance(3_000);
  expect(reused(granuleBytes, 1)).toBe(1);
  expect(reused(partBytes, 1)).toBe(0);
  pass(granuleBytes, 2);
  clock.advance(30_000);
  expect(reused(granuleBytes, 2)).toBe(0);
  expect(clock.timers).toBe(0);
});
