import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConcurrency, firstLimit } from '../../../main/transfers/concurrency.ts';

/**
 * A server and a line: so many bytes a second in all, and a request takes at least so long. Requests end one after the
 * other, evenly; answers the limit after so many seconds.
 */
function settle(line: { bytesPerSecond: number; requestMs: number; requestBytes: number }, seconds: number): number {
  const concurrency = createConcurrency(0);
  let nowMs = 0;
  while (nowMs < seconds * 1000) {
    const each = line.requestBytes / line.bytesPerSecond;
    nowMs += Math.max(line.requestMs / concurrency.limit(), each * 1000);
    concurrency.done(nowMs, line.requestBytes, true);
  }
  return concurrency.limit();
}

describe('[T47] how many requests are worth having in flight', () => {
  test('few where one after the other fills the line', () => {
    expect(settle({ bytesPerSecond: 1e6, requestMs: 5, requestBytes: 1e6 }, 600)).toBeLessThan(4 * firstLimit);
  });

  test('many where each takes long: as many as fill the line', () => {
    // 100 ms each, 10,000 a second.
    const limit = settle({ bytesPerSecond: 40e6, requestMs: 100, requestBytes: 4000 }, 60);
    expect(limit).toBeGreaterThan(500);
  });

  test('never more than was asked for by those that wait', () => {
    const concurrency = createConcurrency(0);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 1) concurrency.done(nowMs, 1000, false);
    expect(concurrency.limit()).toBe(firstLimit);
  });

  test('half when the server says that it is too much, once for all that are in flight, then slowly more', () => {
    const concurrency = createConcurrency(0);
    concurrency.pressed(1000);
    concurrency.pressed(1001);
    concurrency.pressed(1400);
    expect(concurrency.limit()).toBe(firstLimit / 2);
    for (let again = 0; again < 10; again += 1) concurrency.pressed(2000 + again * 1000);
    expect(concurrency.limit()).toBe(1);
    for (let nowMs = 20_000; nowMs < 21_000; nowMs += 10) concurrency.done(nowMs, 1000, true);
    expect(concurrency.limit()).toBeGreaterThan(1);
    expect(concurrency.limit()).toBeLessThan(firstLimit);
  });

  test('at least one and never without bound, whatever happens and however the clock jumps', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            stepMs: fc.integer({ min: -10_000, max: 10_000 }),
            bytes: fc.nat({ max: 1e9 }),
            isPressed: fc.boolean(),
            wasFull: fc.boolean(),
          }),
          { maxLength: 300 },
        ),
        (events) => {
          const concurrency = createConcurrency(0);
          let nowMs = 0;
          for (const { stepMs, bytes, isPressed, wasFull } of events) {
            nowMs += stepMs;
            if (isPressed) concurrency.pressed(nowMs);
            else concurrency.done(nowMs, bytes, wasFull);
            expect(concurrency.limit()).toBeGreaterThanOrEqual(1);
            expect(concurrency.limit()).toBeLessThanOrEqual(1024);
            expect(Number.isInteger(concurrency.limit())).toBe(true);
          }
        },
      ),
    );
  });
});
